import type { StudySpec, Task } from '../../record/study.js'
import type { Choice, Params, Space } from '../../space/parameter.js'

/**
 * What a fine-tuning uses for a parameter when nothing is searched and study.yaml says nothing: a
 * learning rate that fine-tunings of all weights and of adapters have in common (Dettmers et al.,
 * "QLoRA", NeurIPS 2023, appendix B.2); batch size and epochs of transformers' TrainingArguments;
 * the optimizer's own momentum.
 */
const BUILT_IN = {
  learningRate: 2e-4,
  batchSize: 8,
  epochs: 3,
  momentum: 0.9,
  warmupRatio: 0,
  dropout: 0,
  labelSmoothing: 0,
  optimizer: 'adamw',
} as const

/**
 * The settings that a study's gains are measured against, one for each parameter that is searched:
 * what was stated, else the study's own training settings, else the built-in ones.
 *
 * @param stated under `defaults`
 * @returns undefined for a training of the user's own of which nothing is stated: only its author
 *   knows its defaults
 */
export function defaultsOf(
  space: Space,
  task: Task,
  stated: Params | undefined,
): Params | undefined {
  if (task.kind !== 'finetune') return stated
  const known = settingsOf(task.training)
  return Object.fromEntries(
    space.flatMap(({ name }) => {
      const value = stated?.[name] ?? known[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** The way back: those that study.yaml has to state. */
export function statedDefaults({ defaults, space, task }: StudySpec): Params | undefined {
  if (!defaults || task.kind !== 'finetune') return defaults
  const built = defaultsOf(space, task, undefined)!
  const stated = Object.entries(defaults).filter(([name, value]) => built[name] !== value)
  return stated.length > 0 ? Object.fromEntries(stated) : undefined
}

function settingsOf(
  training: Extract<Task, { kind: 'finetune' }>['training'],
): Readonly<Record<string, Choice | undefined>> {
  const { lora } = training
  const said = Object.fromEntries(
    Object.entries(training).filter(
      ([, value]) => value !== undefined && typeof value !== 'object',
    ),
  ) as Record<string, Choice>
  return {
    ...BUILT_IN,
    ...said,
    ...(lora ? { loraRank: lora.rank, loraAlpha: lora.alpha, loraDropout: lora.dropout } : {}),
  }
}
