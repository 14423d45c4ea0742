import type { EpochMetrics } from './metric.js'
import type { Preparation } from './document.js'
import type { ExampleLoss } from './finalist.js'
import type { Objective } from '../settings/index.js'
import type { FinetuneTask, StudySpec } from './study.js'
import type { ScoreEpoch } from '../settings/index.js'
import type { Task } from './task.js'
import type { Verdict } from './verdict.js'
import type { Params } from '../space/parameter.js'

/** Work for one slot, as data: it crosses processes today and may cross a network later. */
export type Job<T extends Task = Task> = TaskJob<T> | AnswerJob

/** Work on what a study trains. Every kind of trial has `train`. */
export type TaskJob<T extends Task = Task> =
  PrepareJob<T> | TrainJob<T> | MeasureJob<T> | ExportJob<T>

/** Load model and data, check them, measure the model as it is. */
export interface PrepareJob<T extends Task = Task> {
  readonly kind: 'prepare'
  readonly task: T
  readonly seed: number
}

/** One attempt at a trial. */
export interface TrainJob<T extends Task = Task> {
  readonly kind: 'train'
  readonly task: T
  /** Study seed: keys the split. With the trial number it keys everything else. */
  readonly seed: number
  readonly trial: number
  readonly attempt: number
  /** Includes `epochs`, the most epochs that this training may run. */
  readonly params: Params
  /**
   * The rule that ends the run early: `verdict`, a classic rule such as `patience(5)`, or `off`.
   */
  readonly earlyStopping: string
  /** What the best epoch is chosen by; the validation loss when left out. */
  readonly objective?: Objective
  /** Of a study of two objectives: the best epoch is then the best measurement of the first. */
  readonly objectives?: StudySpec['objectives']
  /** Which epoch the trial counts by, and is kept as `best/`: the best when left out. */
  readonly scoreEpoch?: ScoreEpoch
  /**
   * Epoch counts below `params.epochs` of the other members: the best epoch up to each is
   * kept beside the best of all, as `best-COUNT/`.
   */
  readonly epochCounts: readonly number[]
  /**
   * Folder of this attempt's checkpoints: `best/`, `last/` and `epoch-N/` for each other epoch that
   * may yet become the best one; each is written beside and renamed.
   */
  readonly checkpointDir: string
  /**
   * Folders of earlier attempts, the newest first: the training continues from the first that holds
   * a complete checkpoint.
   */
  readonly resumeFrom: readonly string[]
  /** Pause after this epoch, unless it is the last one. */
  readonly pauseAfter?: number
  /** Before every epoch but the first, the job waits until the port allows it to continue. */
  readonly awaitsDecision?: boolean
}

export type FinetuneTrainJob = TrainJob<FinetuneTask>

/** Measure a checkpoint on each example of the validation and the test split. */
export interface MeasureJob<T extends Task = Task> {
  readonly kind: 'measure'
  readonly task: T
  readonly seed: number
  /** A checkpoint's folder: `…/best`. */
  readonly checkpoint: string
}

/**
 * Write a trial's best epoch as a Hugging Face folder, reload it from disk, and measure it again.
 */
export interface ExportJob<T extends Task = Task> {
  readonly kind: 'export'
  readonly task: T
  readonly seed: number
  /** A checkpoint's folder: `…/best`. */
  readonly checkpoint: string
  readonly dir: string
  /** Model card, Markdown. */
  readonly card: string
  /** Validation loss recorded for that epoch; nats per token. */
  readonly valLoss: number
}

/** Generate an answer to each prompt. */
export interface AnswerJob {
  readonly kind: 'answer'
  /** Folder of the model that answers. */
  readonly model: string
  readonly prompts: readonly string[]
  readonly maxTokens: number
}

/** What a job of each kind results in. */
export interface JobResults {
  readonly prepare: Preparation
  readonly train: TrainResult
  readonly measure: MeasureResult
  readonly export: ExportResult
  readonly answer: AnswerResult
}

export type JobResult<J extends Job> = JobResults[J['kind']]

/** How a training ended. Failures are data; only a bug or a dead process is an exception. */
export type TrainResult =
  | {
      readonly kind: 'complete'
      readonly history: readonly EpochMetrics[]
      readonly verdict: Verdict
      readonly stop: 'budget' | 'verdict'
    }
  /** Paused at its epoch, or by the study; the last checkpoint is on disk. */
  | { readonly kind: 'paused'; readonly history: readonly EpochMetrics[] }
  /** Stopped by the port; the last checkpoint is on disk. */
  | { readonly kind: 'stopped'; readonly history: readonly EpochMetrics[] }
  | {
      readonly kind: 'diverged'
      readonly history: readonly EpochMetrics[]
      readonly epoch: number
      readonly message: string
    }

/** In the order of the examples, which is the same for every checkpoint. */
export interface MeasureResult {
  readonly validation: readonly ExampleLoss[]
  readonly test: readonly ExampleLoss[]
}

export interface ExportResult {
  readonly dir: string
  readonly recheckedValLoss: number
  /**
   * `recheckedValLoss` equals the recorded one within tolerance; when false nothing was left at
   * `dir`.
   */
  readonly verified: boolean
}

export interface AnswerResult {
  readonly answers: readonly string[]
}
