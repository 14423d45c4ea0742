import type { Space } from '../space/parameter.js'
import type { search, SettingValues, stopping, TrainingSpec } from '../settings/index.js'
import type { Task } from './task.js'

export type Direction = 'minimize' | 'maximize'

/**
 * A share of the examples, 0 for none; `auto`, by how many there are: see `AUTO_TEST`; or data of
 * their own.
 */
export type TestSpec = 'auto' | number | { readonly data: string | readonly string[] }

/**
 * What `auto` holds back: a tenth where there are 500 different records or more, at most 2,000.
 *
 * By the measured scatter of examples (src/overfit/evaluation-error.ts) 50 of them tell two
 * trainings apart that differ by 0.05 nats at a loss of 1 nat; fewer would cost examples to learn
 * from and tell next to nothing. 2,000 tell them apart at 0.01; more would be lost to training.
 */
export const AUTO_TEST = { least: 500, share: 0.1, most: 2000 } as const

/** Fine-tuning of a causal language model in Hugging Face layout. */
export interface FinetuneTask {
  readonly kind: 'finetune'
  /** Absolute path of the model's folder. */
  readonly model: string
  /** Absolute path of the data set: a file, a folder, a pattern; or several. */
  readonly data: string | readonly string[]
  /** Which column holds what, `{ prompt: 'question' }`; guessed by name when left out. */
  readonly columns?: Readonly<Record<string, string>>
  /** Share of the examples held back for validation, in (0, 1). */
  readonly validation: number
  /**
   * Examples that neither training nor search ever sees: the finalists are measured on them. None
   * when left out, as in studies of earlier versions.
   */
  readonly test?: TestSpec
  /** Asked before the search and again of the exported model. */
  readonly probes: readonly string[]
  readonly training: TrainingSpec
}

/** What losses are in: nats per token; null for a unit of the user's own. */
export type Unit = 'nats' | null

/** Settings that a record has as study.yaml has them. */
type PlainSettings = Omit<
  SettingValues<typeof search> & SettingValues<typeof stopping>,
  'sampler' | 'trials' | 'space' | 'parameters' | 'training' | 'engine' | 'warmStart'
>

/** study.yaml, checked and with its defaults filled in. */
export interface StudySpec extends PlainSettings {
  readonly name: string
  /** Of the objective, which is the validation loss if left out. */
  readonly direction: Direction
  readonly space: Space
  readonly sampler: { readonly name: string; readonly options: Readonly<Record<string, unknown>> }
  /**
   * How many trials the study may start in all. Under an allocator: how many full runs its epochs
   * add up to.
   */
  readonly trials: number
  /** Engine that trials run on; left out: what TUNE_ENGINE names, or what suits the device. */
  readonly engine?: string
  /** Names of earlier studies whose results seed the search. */
  readonly warmStart?: readonly string[]
  readonly task: Task
}
