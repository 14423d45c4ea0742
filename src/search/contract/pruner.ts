import type { Direction } from '../../record/study.js'
import type { Prune } from '../../record/trial.js'

/** What a pruner may know of a trial. */
export interface PrunedCurve {
  readonly number: number
  /**
   * `running`: on its way to `target`. `paused`: stopped at its target with a checkpoint, may go
   * on. `complete`: came to its end. `pruned`, `failed`: will not go on.
   */
  readonly state: 'running' | 'paused' | 'complete' | 'pruned' | 'failed'
  /**
   * The objective after each epoch as far as it is recorded, turned so that smaller is better;
   * shape [epochs run].
   */
  readonly curve: readonly number[]
  /** For a running trial of a promoting pruner, the epoch that it will be paused at. */
  readonly target?: number
}

export interface PrunerFacts {
  /** The most epochs that a trial can have. */
  readonly maxEpochs: number
  /** The study's, in which values are recorded and told. */
  readonly direction: Direction
  /**
   * How many trials the study will come to: as many as were asked for, or fewer where its space is
   * exhausted.
   */
  readonly trials: number
}

/**
 * Decides from a trial's curve and its peers' whether it is given up.
 *
 * Pure: no clock, no I/O, no state between calls. What is decided at epoch e depends on nothing
 * that a curve did after epoch e, and the record says how far each peer had come, so any past
 * decision can be recomputed.
 */
export type Pruner = StoppingPruner | PromotingPruner

/** Stops trials on their way; needs no checkpoints. */
export interface StoppingPruner {
  readonly kind: 'stopping'
  /** As it is written: `percentile(25)`. */
  readonly name: string
  /**
   * Asked after every epoch of a trial; null where it goes on.
   *
   * @param trial with this epoch the last of its curve
   * @param peers the study's trials; this one among them is passed over
   */
  judge(trial: PrunedCurve, peers: readonly PrunedCurve[], facts: PrunerFacts): Prune | null
}

/**
 * Pauses every trial at a rung and lets the best of a rung go on, so it needs trials that continue
 * from a checkpoint.
 *
 * Whenever a slot is free `promote` is asked first; where it names nobody a new trial is begun and
 * paused at `firstPause`. When no trial is left to begin, none runs and nobody is promoted, those
 * still paused are given up.
 */
export interface PromotingPruner {
  readonly kind: 'promoting'
  readonly name: string
  /**
   * The epoch that a new trial is paused at; `maxEpochs` where it runs to its end.
   *
   * @param place how many trials were begun before it
   */
  firstPause(place: number, facts: PrunerFacts): number
  /** @param trials all that were begun, in that order */
  promote(trials: readonly PrunedCurve[], facts: PrunerFacts): Promotion | null
  /** @param trial one that is paused, and will not be promoted */
  giveUp(trial: PrunedCurve, trials: readonly PrunedCurve[], facts: PrunerFacts): Prune
}

export interface Promotion {
  /** The number of a paused trial. */
  readonly trial: number
  /** The epoch it goes on to, counted from its beginning. */
  readonly epochs: number
  readonly reason: string
}

/** A value turned back to the study's own direction. */
export function shown(value: number, direction: Direction): number {
  return direction === 'minimize' ? value : -value
}

/** Where a worse value lies. */
export function above(direction: Direction): string {
  return direction === 'minimize' ? 'above' : 'below'
}
