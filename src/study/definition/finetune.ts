import { UserError } from '../../errors.js'
import { SCORES } from '../../record/objective.js'
import {
  DEFAULT_SPACE,
  type Measure,
  type StudyOutput,
  type TrainingSpec,
} from '../../settings/index.js'
import { readExtras } from '../../settings/parameter-extras.js'
import { readParameter, type PlainInput } from '../../settings/parameter-input.js'
import { loraSchema, scoreSchema } from '../../settings/schema.js'
import { checkSpace, type Space } from '../../space/parameter.js'
import { optional } from '../../util/optional.js'
import type { Locate } from '../locate.js'
import { readObjectives } from './objectives.js'
import { parse } from './parse.js'
import { dataFrom, located } from './paths.js'
import { readSearch, type StudySettings } from './search-settings.js'
import { testFrom } from './test-split.js'

/** Reads the study.yaml of a fine-tuning. @throws UserError for the first value that does not fit */
export function readFinetune(
  name: string,
  value: unknown,
  base: string,
  locate: Locate,
): StudySettings {
  const settings = parse('finetune', value, locate)
  const { model, data, columns, probes, validation, test, defaults, finalists } = settings
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
  const spec = { ...readSearch(name, settings, locate, finalists), ...objectives, space, task }
  return { spec, defaults }
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
