import type { EpochMetrics } from '../../record/metric.js'
import type { TrialRecord } from '../../record/trial.js'
import type { Params } from '../../space/parameter.js'

/** Asks for a trial to train. */
export interface AskRequest {
  /** Who asks, for people: `host:pid` or a name of their choice. */
  readonly owner: string
  /** A key of the caller's: the same key gets the same trial as long as that one runs. */
  readonly request?: string | undefined
  /** A trial that was asked for before and whose caller is gone: it is handed out again. */
  readonly trial?: number | undefined
}

export type AskAnswer =
  | { readonly kind: 'trial'; readonly trial: AskedTrial }
  | {
      readonly kind: 'nothing'
      readonly reason: string
      /** Numbers of the trials that are running: after one of them ends there may be more. */
      readonly running: readonly number[]
    }

/** A trial to be trained by whoever asked for it. */
export interface AskedTrial<P = Params> {
  readonly number: number
  /** From 1; a trial that is handed out again has the next one, and earlier ones count no more. */
  readonly attempt: number
  readonly params: P
  /** The epoch to train up to; null where the study does not say. */
  readonly epochs: number | null
  /** Epochs that have been reported before, by earlier attempts or before a pause. */
  readonly epochsRun: number
  /** Why the sampler proposed it. */
  readonly rationale: string | null
}

/** Reports one epoch of a trial. */
export interface ReportRequest {
  readonly trial: number
  /** The newest when left out. */
  readonly attempt?: number | undefined
  readonly metrics: ReportedEpoch
}

/** What a caller reports of an epoch: its loss, and whatever else it has. */
export type ReportedEpoch = Pick<EpochMetrics, 'epoch' | 'valLoss'> & {
  readonly [K in keyof Omit<EpochMetrics, 'epoch' | 'valLoss'>]?: EpochMetrics[K] | undefined
}

export type ReportAnswer =
  | {
      readonly accepted: true
      /** Why the pruner gives the trial up; null while it does not. */
      readonly prune: string | null
      /** Why no further epoch is wanted; null while one is. */
      readonly stop: string | null
    }
  | Refusal

/** Tells how a trial ended. */
export type TellRequest = {
  readonly trial: number
  /** The newest when left out. */
  readonly attempt?: number | undefined
} & TrialResult

/** What became of a trial: it has a value, or it failed. */
export type TrialResult = TrialValue | TrialFailure

export interface TrialValue {
  readonly state?: 'complete' | 'pruned' | undefined
  /** Validation loss of the trial; of a further epoch, if no reported epoch has this value. */
  readonly valLoss?: number | undefined
  /** Further numbers of that epoch. */
  readonly metrics?: Partial<Omit<EpochMetrics, 'epoch' | 'valLoss'>> | undefined
}

export interface TrialFailure {
  readonly state: 'failed'
  /** `crashed` when left out. */
  readonly failure?: 'crashed' | 'out-of-memory' | 'diverged' | 'invalid' | undefined
  /** What happened, for people. */
  readonly message: string
}

export type TellAnswer = { readonly accepted: true; readonly state: TrialRecord['state'] } | Refusal

/** Not recorded: the trial has ended, or a later attempt has taken its place. */
export interface Refusal {
  readonly accepted: false
  readonly reason: string
}
