import type { Curve } from '../../record/curve.js'
import type { Direction } from '../../record/study.js'
import type { Prune } from '../../record/trial.js'

/**
 * Decides from the curves of a trial and of its peers whether to prune it.
 *
 * Pure: no clock, no I/O, no state between calls. A decision at epoch e depends on nothing that a
 * curve did after epoch e, and the record has how many epochs of each peer were compared, so any
 * past decision can be computed again.
 */
export type Pruner = StoppingPruner | PromotingPruner

/** Stops running trials; needs no checkpoints. */
export interface StoppingPruner {
  /** As it is written: `percentile(25)`. */
  readonly name: string
  /**
   * Called after every epoch of a trial.
   *
   * @param trial with this epoch the last of its curve
   * @param peers the study's trials; the trial itself among them is passed over
   * @returns null if the trial continues
   */
  judge(trial: Curve, peers: readonly Curve[], request: PruneRequest): Prune | null
}

/**
 * Pauses every trial at a rung and resumes the best of a rung, so it needs trials that continue
 * from a checkpoint.
 *
 * Whenever a slot is free the study calls `promote` first. If it promotes no trial, the study
 * begins a new one and pauses it at `firstPause`. When no trial is left to begin, none runs and
 * none is promoted, the study prunes the paused ones.
 */
export interface PromotingPruner {
  readonly name: string
  /**
   * The epoch at which a new trial is paused; `maxEpochs` if it runs to its end.
   *
   * @param position how many trials were begun before it
   */
  firstPause(position: number, request: PruneRequest): number
  /** @param trials all that were begun, in that order */
  promote(trials: readonly Curve[], request: PruneRequest): Promotion | null
  /** @param trial one that is paused and will not be promoted */
  prune(trial: Curve, trials: readonly Curve[], request: PruneRequest): Prune
}

export interface PruneRequest {
  /** The most epochs that a trial can have. */
  readonly maxEpochs: number
  /** The study's direction, in which values are recorded and printed. */
  readonly direction: Direction
  /** How many trials the study will have: its budget, or fewer if its space is exhausted. */
  readonly trialCount: number
}

export interface Promotion {
  /** Number of a paused trial. */
  readonly trial: number
  /** The epoch to train to, counted from the first. */
  readonly epochs: number
  readonly reason: string
}

export function isPromoting(pruner: Pruner): pruner is PromotingPruner {
  return 'promote' in pruner
}
