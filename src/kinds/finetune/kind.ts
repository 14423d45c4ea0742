import { z } from 'zod'
import { DEFAULTS, training as trainingSettings, type Schedule } from '../../settings/index.js'
import { withoutEffect } from '../../settings/replaced.js'
import type { LocalizedText } from '../../settings/setting.js'
import { trainingRecord } from '../../settings/schema.js'
import type { TrialKind } from '../kind.js'
import { definition } from './definition.js'
import { settings } from './settings.js'
import { trainingDefaults } from './defaults.js'
import { exporter } from './export.js'
import { languageModel } from './language-model.js'
import type { FinetuneTask } from './task.js'

/** Fine-tuning of a causal language model in Hugging Face layout. */
export const finetune: TrialKind<FinetuneTask> = {
  name: 'finetune',
  settings,
  definition,
  record: z.object({
    kind: z.literal('finetune'),
    model: z.string(),
    data: z.union([z.string(), z.array(z.string())]),
    columns: z.record(z.string(), z.string()).exactOptional(),
    validation: z.number(),
    test: z
      .union([
        z.literal('auto'),
        z.number(),
        z.object({ data: z.union([z.string(), z.array(z.string())]) }),
      ])
      .exactOptional(),
    probes: z.array(z.string()),
    training: trainingRecord,
  }) as unknown as z.ZodType<FinetuneTask>,
  unit: 'nats',
  schedule: ({ training }, params) =>
    (params['schedule'] as Schedule | undefined) ?? training.schedule,
  isPrefix: ({ training }, space) =>
    (training.warmupRatio ?? DEFAULTS.warmupRatio) === 0 &&
    !space.some(({ name }) => name === 'schedule' || name === 'warmupRatio'),
  pausable: () => true,
  defaults: ({ training }) => trainingDefaults(training),
  fixed: ({ kind, model, data, validation, test, training }) => ({
    kind,
    model,
    data,
    validation,
    test: test ?? 0,
    training,
  }),
  describe: ({ model, data }) => [
    { label: { en: 'Model', zh: '模型' }, text: model },
    { label: { en: 'Data', zh: '数据' }, text: [data].flat().join(', ') },
  ],
  describeSettings: ({ training }) => [
    { label: { en: 'Schedule', zh: '学习率调度' }, text: scheduleText(training) },
  ],
  async check(task, seed) {
    const { checkInputs } = await import('./check.js')
    return checkInputs(task, seed)
  },
  train: () => import('./train.js'),
  export: exporter,
  languageModel,
}

function scheduleText(training: FinetuneTask['training']): LocalizedText {
  const { schedule, warmupSteps, warmupRatio } = training
  if (!withoutEffect(trainingSettings, training).has('warmupRatio')) {
    const share = `${Number((100 * warmupRatio!).toPrecision(3))}%`
    return {
      en: `${schedule}, warm-up over ${share} of the steps`,
      zh: `${schedule}，预热 ${share} 的步数`,
    }
  }
  return {
    en: `${schedule}, ${warmupSteps} ${warmupSteps === 1 ? 'step' : 'steps'} of warm-up`,
    zh: `${schedule}，预热 ${warmupSteps} 步`,
  }
}
