import type { Params } from '../space/parameter.js'
import type { Verdict } from './verdict.js'

/** Why training ended without being a loss for the trial. */
export type Stop =
  /** All its epochs have run. */
  | { readonly kind: 'budget' }
  /** The early-stopping rule ended it; the verdict has the reason. */
  | { readonly kind: 'verdict' }
  /**
   * It was paused, and the study ended before it was gone on with; the reason says why that was not
   * worth its epochs.
   */
  | { readonly kind: 'not-resumed'; readonly reason: string }

/** Why a pruner ended the trial. `threshold` is what its peers had reached at that epoch. */
export interface Prune {
  /** What the trial was compared with: `median`, `percentile`, `rung`, or of another pruner. */
  readonly kind: string
  readonly epoch: number
  readonly value: number
  readonly threshold: number
  readonly reason: string
  /**
   * The peers that were compared with, and how many of their epochs were known; left out by earlier
   * versions.
   */
  readonly peers?: readonly { readonly trial: number; readonly epochs: number }[]
}

/** Why a trial has no objective value. Ordinary data: a study with failures is a normal study. */
export type Failure =
  | { readonly kind: 'diverged'; readonly epoch: number; readonly message: string }
  /** `output`: the last lines of a program of the user's. */
  | {
      readonly kind: 'out-of-memory'
      readonly device: string
      readonly message: string
      readonly output?: string
    }
  | { readonly kind: 'crashed'; readonly message: string; readonly output?: string }
  | { readonly kind: 'invalid'; readonly message: string }

/**
 * What `Why.method` says of trial 0 where it is the training's defaults, so that later gains can be
 * told over it.
 */
export const DEFAULTS_METHOD = 'defaults'

/** Why a sampler proposed a trial, for people and for the record. */
export interface Rationale {
  /** `grid`, `latin hypercube`, `expected improvement`. */
  readonly method: string
  readonly text: string
  /** What the sampler's model expected of the trial's objective; null when it has no model. */
  readonly expected: { readonly mean: number; readonly sd: number } | null
}

/**
 * Epochs that a trial was given at one decision. A trial that is never paused has no stages.
 *
 * Stages are counted through the whole study; the count is the clock of its decisions. A decision
 * of step k knew of every stage with a smaller step, and how those had come out whose end bears a
 * step of at most k: `knownAt` puts that together, so that any decision can be recomputed.
 */
export interface Stage {
  /** The epoch to train to, counted from the trial's beginning. */
  readonly until: number
  /** How many stages the study had given out before this one. */
  readonly step: number
  /** Epochs that the study could still give out then, under a budget of epochs. */
  readonly remaining?: number
  readonly rationale: Rationale
  /** How it ended; left out while it runs. */
  readonly end?: StageEnd
}

export interface StageEnd {
  /** Epochs that the trial had run. */
  readonly epochs: number
  /** How many stages the study had given out by then. */
  readonly step: number
  /**
   * For a trial that was finished while it was paused: how many stages had been given out when that
   * was decided.
   */
  readonly finishedStep?: number
}

export interface SuggestedTrial {
  /** From 0, dense; with the study seed it keys all of the trial's randomness. */
  readonly number: number
  readonly params: Params
  /**
   * The first trial of the same configuration, of which this one is a repeat under another seed.
   */
  readonly repeatOf?: number
  /**
   * Numbers of the trials already finished, and still running, when it was suggested. Replay
   * needs both.
   */
  readonly basis: { readonly finished: readonly number[]; readonly running: readonly number[] }
  /**
   * The trial whose training this one reads its epochs from: its own number, or that of a trial
   * with the same parameters and more epochs, of which this one's run is a prefix.
   */
  readonly leader: number
  readonly rationale: Rationale | null
  /** In studies that pause their trials: what the trial was given, one decision after the other. */
  readonly stages?: readonly Stage[]
  /** When it had failed and was put back to run again; left out if it never was. */
  readonly retries?: readonly Retry[]
}

/** A decision that was made before this knew the trial as failed. */
export interface Retry {
  /** Trials that there were. */
  readonly trials: number
  /** Stages that had been given out. */
  readonly steps: number
  /** Epochs that the failed trial had run. */
  readonly epochs: number
  /** Its stages as they were then. */
  readonly stages?: readonly Stage[]
}

/** Asked for, and waiting for a slot or for the training it shares. */
export interface WaitingTrial extends SuggestedTrial {
  readonly state: 'waiting'
}

export interface RunningTrial extends SuggestedTrial {
  readonly state: 'running'
  /**
   * From 1; a crash of the device host or of the manager starts the next one, from the last
   * checkpoint.
   */
  readonly attempt: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly device: string
  /**
   * The caller that trains it, by the name it gave; left out for a trial in a slot of the study.
   */
  readonly owner?: string
  /** The caller's key of the call that it was handed out for. */
  readonly request?: string
}

/**
 * Stopped after an epoch with its checkpoint on disk; may continue, bit for bit as if it had never
 * stopped.
 */
/** What a trial counts by: see `bestEpoch` in src/ranking. */
export interface ScoredEpoch {
  /** The epoch that the trial counts by and whose checkpoint is kept; of those so far. */
  readonly bestEpoch: number
  /** The study's objective as it was measured at `bestEpoch`; finite. */
  readonly objective: number
  /** Only if the curve is long enough to show its noise. */
  readonly smoothed?: {
    /** The objective at `bestEpoch` without noise, by which the trial is ranked. */
    readonly objective: number
    /** The best measurement of any epoch. */
    readonly bestMeasured: number
  }
}

export interface PausedTrial extends SuggestedTrial, ScoredEpoch {
  readonly state: 'paused'
  readonly attempt: number
  readonly startedAt: string
  readonly device: string
  /** Seconds of training so far, all attempts together. */
  readonly seconds: number
  readonly epochsRun: number
}

export interface Ended extends SuggestedTrial {
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt: string
  /** Seconds of training, all attempts together. */
  readonly seconds: number
  readonly device: string
  /** Epochs that have run. */
  readonly epochsRun: number
}

export interface CompleteTrial extends Ended, ScoredEpoch {
  readonly state: 'complete'
  /** Where the study has two objectives: both, at `bestEpoch`; the first is `objective`. */
  readonly objectives?: readonly [number, number]
  readonly stop: Stop
  readonly verdict: Verdict
}

export interface PrunedTrial extends Ended {
  readonly state: 'pruned'
  readonly prune: Prune
}

export interface FailedTrial extends Ended {
  readonly state: 'failed'
  readonly failure: Failure
}

export type FinishedTrial = CompleteTrial | PrunedTrial | FailedTrial
export type TrialRecord = WaitingTrial | RunningTrial | PausedTrial | FinishedTrial

/** Those that trained themselves: the others read their epochs off one of these. */
export function leadingTrials<T extends Pick<SuggestedTrial, 'number' | 'leader'>>(
  trials: readonly T[],
): readonly T[] {
  return trials.filter(({ number, leader }) => number === leader)
}

export function isFinished(trial: TrialRecord): trial is FinishedTrial {
  return trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'failed'
}

/**
 * The best measurement of any epoch, whichever epoch the trial counts by: samplers learn from it.
 */
export function bestMeasured({ objective, smoothed }: ScoredEpoch): number {
  return smoothed?.bestMeasured ?? objective
}

/**
 * What a trial is ranked by without a model: its objective at the best epoch, without noise
 * if the curve shows it.
 */
export function rankingValue({
  objective,
  smoothed,
}: Pick<ScoredEpoch, 'objective' | 'smoothed'>): number {
  return smoothed?.objective ?? objective
}
