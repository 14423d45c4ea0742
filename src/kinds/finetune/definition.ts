import { UserError } from '../../errors.js'
import { SCORES } from '../../record/objective.js'
import {
  DEFAULT_SPACE,
  type Measure,
  type StudyInput,
  type StudyOutput,
  type TrainingSpec,
} from '../../settings/index.js'
import { readExtras, writeExtras } from '../../settings/parameter-extras.js'
import { readParameter, writeParameter, type PlainInput } from '../../settings/parameter-input.js'
import { loraSchema, scoreSchema } from '../../settings/schema.js'
import { checkSpace, type Space } from '../../space/parameter.js'
import { optional } from '../../util/optional.js'
import type { Locate } from '../../settings/locate.js'
import { readObjectives } from '../objectives.js'
import type { DefinedTask, KindDefinition } from '../kind.js'
import { dataFrom, located, nearby, sourcesAsWritten } from '../paths.js'
import type { FinetuneTask } from './task.js'
import { testAsWritten, testFrom } from './test-split.js'

/** study.yaml of this kind, as people write it. */
export type FinetuneDefinition = StudyInput<'finetune'>

export const definition: KindDefinition<FinetuneTask> = { read, write }

function read(
  settings: StudyOutput<'finetune'>,
  base: string,
  locate: Locate,
): DefinedTask<FinetuneTask> {
  const { model, data, columns, probes, validation, test } = settings
  const objectives = readObjectives(settings.objective, settings.objectives, locate)
  const measures = objectives.objectives ?? [objectives.objective ?? 'valLoss']
  const training = readTraining(settings.training, measures, base)
  const space = readSpace(settings.space, training, locate)
  const task = {
    kind: 'finetune' as const,
    model: located(base, model),
    data: dataFrom(base, data),
    ...optional({ columns }),
    validation,
    ...(test === undefined ? {} : { test: testFrom(test, validation, base, locate) }),
    probes,
    training,
  }
  return { ...objectives, space, task }
}

function write(
  { task, space }: DefinedTask<FinetuneTask>,
  base: string,
): Readonly<Record<string, unknown>> {
  const { model, data, columns, probes, validation, test, training } = task
  return {
    model: nearby(base, model),
    data: sourcesAsWritten(data, base),
    columns,
    probes,
    validation,
    test: test === undefined ? undefined : testAsWritten(test, base),
    space: Object.fromEntries(
      space.map(each => [each.name, writeExtras(each, writeParameter(each))]),
    ),
    training: writeTraining(training, base),
  }
}

/** What is searched: the usual three parameters, unless study.yaml has other ranges for them. */
function readSpace(
  space: StudyOutput<'finetune'>['space'],
  { method }: TrainingSpec,
  locate: Locate,
): Space {
  const inputs = Object.entries({ ...DEFAULT_SPACE, ...space })
  const adapter = inputs.find(([key]) => key.startsWith('lora'))
  if (adapter && method !== 'lora')
    throw new UserError(
      locate(['space', adapter[0]]),
      'is of LoRA, and all weights are trained',
      'Add method: lora to training (--method lora), or take it out',
    )
  return checkSpace(
    inputs.map(([key, input]) => {
      const at = locate(['space', key])
      return readExtras<PlainInput>(input as PlainInput, at, plain => readParameter(key, plain, at))
    }),
  )
}

/** Settings of adapters imply the method lora; an objective that is a score implies scoring. */
function readTraining(
  { method, lora, ...rest }: StudyOutput<'finetune'>['training'],
  measures: readonly Measure[],
  base: string,
): TrainingSpec {
  const chosen = method ?? (lora ? 'lora' : undefined)
  const scored = SCORES.some(score => measures.includes(score))
  const score = rest.score ?? (scored ? scoreSchema.parse({}) : undefined)
  const data = rest.score?.data
  return optional({
    ...rest,
    ...(score ? { score: { ...score, ...(data ? { data: dataFrom(base, data) } : {}) } } : {}),
    ...optional({ method: chosen }),
    ...(chosen === 'lora' ? { lora: lora ?? loraSchema.parse({}) } : {}),
  }) as unknown as TrainingSpec
}

function writeTraining({ score, ...settings }: TrainingSpec, base: string): object {
  if (!score) return settings
  const data = score.data === undefined ? undefined : sourcesAsWritten(score.data, base)
  return { ...settings, score: { ...score, ...optional({ data }) } }
}
