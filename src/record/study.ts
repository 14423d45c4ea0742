import type { Constraint } from '../space/constraint.js'
import type { Params, Space } from '../space/parameter.js'
import type { Measure, Objective } from './objective.js'
import type { Task } from './task.js'

export type Direction = 'minimize' | 'maximize'

/**
 * How the learning rate moves over a run, after warm-up. Under `constant` a short run is a prefix
 * of a long one.
 */
export const SCHEDULES = ['constant', 'linear', 'cosine', 'wsd'] as const
export type Schedule = (typeof SCHEDULES)[number]

export const OPTIMIZERS = ['adamw', 'adam', 'sgd', 'lion', 'adafactor'] as const
export type Optimizer = (typeof OPTIMIZERS)[number]

/** Which weights learn: all, or low-rank corrections beside frozen ones. */
export type Method = 'full' | 'lora'

/** Low-rank adaptation: rank · (in + out) numbers for each matrix. */
export interface LoraSpec {
  readonly rank: number
  /** The correction is multiplied by alpha / rank; by alpha / √rank under rsLoRA. */
  readonly alpha: number
  /** Share of an adapter's inputs left out while training. */
  readonly dropout: number
  /**
   * Last parts of the adapted layers' names, `q_proj`; `all-linear` stands for every matrix of the
   * blocks.
   */
  readonly targets: readonly string[]
  readonly rslora: boolean
}

/** Settings of a fine-tuning that are the same for every trial of a study. */
export interface TrainingSpec {
  readonly schedule: Schedule
  /**
   * Optimizer steps over which the learning rate climbs from 0; under a constant schedule it must
   * not depend on the epochs.
   */
  readonly warmupSteps: number
  readonly weightDecay: number
  /** Gradients are scaled down to this global L2 norm; 0 means never. */
  readonly clipNorm: number
  /**
   * Examples are cut to this many tokens, from the front of the conversation; cuts are counted and
   * reported.
   */
  readonly maxLength: number
  // Studies of earlier versions have none of the following: what is left out is not done.
  /** AdamW when left out. */
  readonly optimizer?: Optimizer
  /** Of SGD. */
  readonly momentum?: number
  /** Warm-up as a share of the run's steps; where above 0 it stands in for `warmupSteps`. */
  readonly warmupRatio?: number
  /** Share of the run's steps over which a warm-up–stable–decay schedule falls to 0. */
  readonly decayRatio?: number
  /** Share of the activations left out on the way into the residual stream. */
  readonly dropout?: number
  /** Share of a target's probability that is spread over the vocabulary. */
  readonly labelSmoothing?: number
  /** All weights when left out. */
  readonly method?: Method
  readonly lora?: LoraSpec
  /**
   * Share of an epoch between two measurements on the validation split; 0 or left out: at its end
   * alone.
   */
  readonly evaluateEvery?: number
  /** Answers written after each epoch and held against the data's. */
  readonly score?: ScoreSpec
}

/** Answers of the model to validation examples, scored after each epoch. */
export interface ScoreSpec {
  /** How many of the validation examples; 0 asks none. */
  readonly examples: number
  /** Tokens an answer may have. */
  readonly maxTokens: number
  /** Absolute paths of a test set to ask from instead of the validation examples. */
  readonly data?: string | readonly string[]
}

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

/** What losses are in: nats per token; null if only the user knows. */
export type Unit = 'nats' | null

/** The best of a trial's epochs, or the last that it ran. */
export const SCORE_EPOCHS = ['best', 'last'] as const
export type ScoreEpoch = (typeof SCORE_EPOCHS)[number]

/** What the user asked for: study.yaml, checked and with its defaults filled in. */
export interface StudySpec {
  readonly name: string
  readonly seed: number
  readonly direction: Direction
  /** What trials are compared by, in `direction`; the validation loss when left out. */
  readonly objective?: Objective
  readonly space: Space
  readonly sampler: { readonly name: string; readonly options: Readonly<Record<string, unknown>> }
  /**
   * How many trials the study may start in all. Where trials are paused and gone on with by what
   * promises most: how many whole trainings its epochs add up to.
   */
  readonly trials: number
  /** Trials side by side. */
  readonly slots: number
  /** Engine that trials run on; left out: what TUNE_ENGINE says, or else what suits the device. */
  readonly engine?: string
  /**
   * The rule that ends a trial early if more epochs only make it worse: `verdict`, a classic rule
   * such as `patience(5)`, or `off`.
   */
  readonly earlyStopping: string
  /**
   * Gives up trials that lag behind others: `median`, `percentile(25)`, `asha`, `hyperband`. None
   * when left out.
   */
  readonly pruner?: string
  /**
   * Of the objective: the least that another epoch must be expected to gain. The study ends when
   * none is.
   */
  readonly minGainPerEpoch?: number
  /** Which of its epochs a trial is scored by, and exported: the best when left out. */
  readonly scoreEpoch?: ScoreEpoch
  /**
   * How many of the first are measured on the test split, with those that cannot be told from the
   * first; 3 when left out.
   */
  readonly finalists?: number
  /**
   * Further trainings of each finalist after the search, each under a seed of its own; none when
   * left out.
   */
  readonly retrain?: number
  /** What every configuration has to keep: `batchSize * maxLength <= 65536`. */
  readonly constraints?: readonly Constraint[]
  /** Points known to be good; tried first. */
  readonly initialPoints?: readonly Params[]
  /**
   * What the training uses when nothing is searched, by parameter: trial 0, so that every later
   * gain is a gain over it.
   */
  readonly defaults?: Params
  /** Trainings of each configuration, each under a seed of its own; 1 when left out. */
  readonly repeats?: number
  /** Names of earlier studies that this one learns from. */
  readonly warmStart?: readonly string[]
  /**
   * Two things to be weighed against each other; the first is `objective`, and what trials are
   * ranked by.
   */
  readonly objectives?: readonly [Measure, Measure]
  readonly task: Task
}
