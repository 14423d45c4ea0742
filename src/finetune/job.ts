import type { EpochMetrics } from '../record/metric.js'
import type { Preparation } from '../record/document.js'
import type { ExampleLoss } from '../record/finalist.js'
import type { Objective } from '../record/objective.js'
import type { FinetuneTask, TrialScore } from '../record/study.js'
import type { Judgement, Verdict } from '../record/verdict.js'
import type { Params } from '../space/parameter.js'

/** Work for one slot, as data: it crosses processes today and may cross a network later. */
export type Job = PrepareJob | TrainJob | MeasureJob | ExportJob | AskJob

/** Load model and data, check them, measure the model as it is. */
export interface PrepareJob {
  readonly kind: 'prepare'
  readonly task: FinetuneTask
  readonly seed: number
}

export type TrainJob = Training<FinetuneTask>

/** One attempt at a trial, of any task. */
export interface Training<Task> {
  readonly kind: 'train'
  readonly task: Task
  /** Study seed: keys the split. With the trial number it keys everything else. */
  readonly seed: number
  readonly trial: number
  readonly attempt: number
  /** Includes `epochs`, the most epochs that this training may run. */
  readonly params: Params
  /**
   * End early when the judge says that the epochs ahead are not worth their cost, or by a classic
   * rule: `patience(5)`.
   */
  readonly stopOverfit: boolean | string
  /** What the best epoch is chosen by; the validation loss when left out. */
  readonly objective?: Objective
  /** Which epoch the trial counts by, and is kept as `best/`: the best when left out. */
  readonly trialScore?: TrialScore
  /**
   * Epoch counts below `params.epochs` that other trials asked for: the best epoch up to each is
   * kept beside the best of all, as `best-COUNT/`.
   */
  readonly levels: readonly number[]
  /** Folder of this attempt's checkpoints: `best/` and `last/`, each written beside and renamed. */
  readonly checkpointDir: string
  /**
   * Folders of earlier attempts, the newest first: the training goes on from the first that holds a
   * whole checkpoint.
   */
  readonly resumeFrom: readonly string[]
  /** Pause after this epoch, where it is not the last one. */
  readonly until?: number
  /** Ask the port before every epoch but the first whether to go on. */
  readonly asks?: boolean
}

/** Measure a checkpoint on each example of the validation and the test split. */
export interface MeasureJob {
  readonly kind: 'measure'
  readonly task: FinetuneTask
  readonly seed: number
  /** A checkpoint's folder: `…/best`. */
  readonly checkpoint: string
}

/**
 * Write a trial's best epoch as a Hugging Face folder, reload it from disk, and measure it again.
 */
export interface ExportJob {
  readonly kind: 'export'
  readonly task: FinetuneTask
  readonly seed: number
  /** A checkpoint's folder: `…/best`. */
  readonly checkpoint: string
  readonly dir: string
  /** Model card, Markdown. */
  readonly card: string
  /** Validation loss recorded for that epoch; nats per token. */
  readonly valLoss: number
}

export interface AskJob {
  readonly kind: 'ask'
  /** Folder of the model to ask. */
  readonly model: string
  readonly prompts: readonly string[]
  readonly maxTokens: number
}

/** What a job may tell, and be told, while it runs. */
export interface JobPort {
  /**
   * Asked after each epoch: what the curve so far says. The job ends, complete, when `stop` is
   * true.
   *
   * @param known validation loss before the first step, and the tokens that a validation loss is a
   *   mean over, where the job knows them
   */
  judge(
    history: readonly EpochMetrics[],
    known?: { readonly startValLoss?: number; readonly validationTokens?: number },
  ): Judgement
  /** Told after each epoch, once its checkpoint is on disk. */
  epoch(metrics: EpochMetrics, verdict: Verdict): void
  /** Now and then inside an epoch, at most a few times a second. */
  progress(at: {
    readonly epoch: number
    readonly epochs: number
    readonly step: number
    readonly steps: number
    readonly loss: number
  }): void
  /**
   * Asked, by a job that is to, before each epoch but the first; where the answer is no the job
   * pauses.
   */
  mayGoOn?(history: readonly EpochMetrics[]): Promise<boolean>
  /** A word for whoever watches the study, in a sentence. */
  note?(message: string): void
  /** Looked at between steps; true means: end at the next safe point. */
  stopRequested(): boolean
}

export type JobResult<J extends Job> = J extends PrepareJob
  ? Preparation
  : J extends TrainJob
    ? TrainResult
    : J extends MeasureJob
      ? MeasureResult
      : J extends ExportJob
        ? ExportResult
        : J extends AskJob
          ? AskResult
          : never

/** How a training ended. Failures are data; only a bug or a dead process is an exception. */
export type TrainResult =
  | {
      readonly kind: 'complete'
      readonly history: readonly EpochMetrics[]
      readonly verdict: Verdict
      readonly stop: 'budget' | 'verdict'
    }
  /** Came to where it was to pause, or was told not to go on; the last checkpoint is on disk. */
  | { readonly kind: 'paused'; readonly history: readonly EpochMetrics[] }
  /** Stopped because the port asked; the last checkpoint is on disk. */
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

export interface AskResult {
  readonly answers: readonly string[]
}
