import type { Space } from '../space/parameter.js'

export type Direction = 'minimize' | 'maximize'

/** How the learning rate moves over a run, after warm-up. Under `constant` a short run is a prefix of a long one. */
export type Schedule = 'constant' | 'linear' | 'cosine'

/** Settings of a fine-tuning that are the same for every trial of a study. */
export interface TrainingSpec {
  readonly schedule: Schedule
  /** Optimizer steps over which the learning rate climbs from 0; under a constant schedule it must not depend on the epochs. */
  readonly warmupSteps: number
  readonly weightDecay: number
  /** Gradients are scaled down to this global L2 norm; 0 means never. */
  readonly clipNorm: number
  /** Examples are cut to this many tokens, from the front of the conversation; cuts are counted and reported. */
  readonly maxLength: number
}

/** Fine-tuning of a causal language model in Hugging Face layout. */
export interface FinetuneTask {
  readonly kind: 'finetune'
  /** Absolute path of the model's folder. */
  readonly model: string
  /** Absolute path of the data set. */
  readonly data: string
  /** Share of the examples held back for validation, in (0, 1). */
  readonly validationFraction: number
  /** Asked before the search and again of the exported model. */
  readonly probes: readonly string[]
  readonly training: TrainingSpec
}

/** What the user asked for: study.yaml, checked and with its defaults filled in. */
export interface StudySpec {
  readonly name: string
  readonly seed: number
  readonly direction: Direction
  readonly space: Space
  readonly sampler: { readonly name: string; readonly options: Readonly<Record<string, unknown>> }
  /** How many trials the study may start in all. */
  readonly trials: number
  /** Trials side by side. */
  readonly slots: number
  /** End a trial early when its own curve says that more epochs are wasted. */
  readonly stopOverfit: boolean
  readonly task: FinetuneTask
}
