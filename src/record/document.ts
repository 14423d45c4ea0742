import type { Params } from '../space/parameter.js'
import type { DataRemarks, DroppedRecord } from './data-report.js'
import type { FORMAT } from './migrate.js'
import type { FinalistRecord, RetrainingRecord } from './finalist.js'
import type { Direction, StudySpec } from './study.js'
import type { TrialRecord } from './trial.js'

export type StudyState = 'created' | 'running' | 'stopped' | 'complete' | 'failed'

export interface ProbeAnswer {
  readonly prompt: string
  /** Answer of the original model; null before it answered. */
  readonly before: string | null
  /** Answer of the exported model, reloaded from its files; null before it answered. */
  readonly after: string | null
}

export interface ExportRecord {
  /** Absolute path of the exported model's folder. */
  readonly dir: string
  readonly trial: number
  readonly epoch: number
  /** Validation loss recorded by the trial; nats per token. */
  readonly valLoss: number
  /**
   * The one measured on the reloaded files; null for the files of a user's own training, which are
   * compared byte by byte instead.
   */
  readonly recheckedValLoss: number | null
  readonly verified: boolean
}

/** Facts about data and model that are established once, before the first trial. */
export interface Preparation {
  readonly engine: string
  readonly model: {
    readonly parameters: number
    readonly vocabulary: number
    readonly layers: number
    readonly width: number
    readonly architecture: string
  }
  readonly data: {
    readonly format: string
    readonly examples: number
    readonly train: number
    readonly validation: number
    readonly tokens: number
    readonly trainedTokens: number
    /** Trained tokens of the validation split: what a validation loss is a mean over. */
    readonly validationTokens: number
    /**
     * Examples of the test split, and their trained tokens; left out where the study asks for none.
     */
    readonly test?: number
    readonly testTokens?: number
    readonly duplicates: number
    readonly truncated: number
    /** The first of them, with their lines. */
    readonly dropped: readonly DroppedRecord[]
    /** Of all of them; studies of earlier versions list all. */
    readonly droppedCount?: number
    /** Left out of studies of earlier versions. */
    readonly remarks?: DataRemarks
  }
  /** Validation loss of the model as it was given, nats per token. */
  readonly valLoss: number
}

/**
 * What a study knows of an earlier one, copied when it began: the earlier one may change or be
 * deleted since.
 */
export interface Evidence {
  readonly study: string
  readonly direction: Direction
  /** Its complete trials, one a configuration; `objective` in its own units. */
  readonly trials: readonly { readonly params: Params; readonly objective: number }[]
}

/** What the model of the search expects of the first trials; made when the search ends. */
export interface TopTrialEstimates {
  /** Complete trials that there were. */
  readonly complete: number
  /** Posterior means of the study's objective. */
  readonly trials: readonly { readonly trial: number; readonly objective: number }[]
}

/** A specification that was changed between two runs. */
export interface FormerSpec {
  readonly spec: StudySpec
  /** Trials below this number were suggested under it, and stages before this step. */
  readonly trials: number
  readonly stages: number
}

/**
 * `studies/NAME/study.json`: everything about a study but its curves, which are in
 * `trials/N/metrics.jsonl`.
 */
export interface StudyDocument {
  readonly format: typeof FORMAT
  /** The present definition. */
  readonly spec: StudySpec
  /** Earlier definitions, in order; left out if there was no change. */
  readonly former?: readonly FormerSpec[]
  /** What was taken over from earlier studies; left out where nothing was. */
  readonly evidence?: readonly Evidence[]
  readonly state: StudyState
  /** Why the study is in this state, for people. */
  readonly reason: string
  readonly createdAt: string
  /** Seconds that the study has run for, all sessions together. */
  readonly seconds: number
  readonly preparation: Preparation | null
  /** In order of number, dense. */
  readonly trials: readonly TrialRecord[]
  /** Left out before the search has ended, and where scores alone decide: see `src/ranking`. */
  readonly estimates?: TopTrialEstimates
  readonly probes: readonly ProbeAnswer[]
  readonly export: ExportRecord | null
  /**
   * What the first trials came to on the test split, in the order in which they were measured; left
   * out before.
   */
  readonly finalists?: readonly FinalistRecord[]
  /**
   * Further trainings of the first configurations that have ended; left out where there are none.
   */
  readonly retrainings?: readonly RetrainingRecord[]
  /** Nothing new is started until the study is resumed; left out otherwise. */
  readonly paused?: true
  /**
   * By trial number: those that wait for a slot start in descending order of it, 0 when left out.
   */
  readonly priorities?: Readonly<Record<string, number>>
}
