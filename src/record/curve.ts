import type { Params } from '../space/parameter.js'

/**
 * One trial as samplers, allocators, pruners and the ranking see it: its configuration, its state
 * and its loss curve.
 *
 * Every loss is the study's objective turned so that smaller is better, whatever the study's
 * direction. A verdict reads `EpochLosses` instead: overfitting is about validation and training
 * loss, whatever the objective.
 */
export interface Curve {
  /** Number of the trial. */
  readonly trial: number
  readonly params: Params
  /**
   * `running`: on its way to epoch `target`, or waiting for a slot. `paused`: stopped at a
   * checkpoint, can resume. `complete`, `pruned`, `failed`: does not resume.
   */
  readonly state: 'running' | 'paused' | 'complete' | 'pruned' | 'failed'
  /** The loss after each epoch, shape [epochs]; NaN where an epoch has none. */
  readonly losses: readonly number[]
  /** For a running trial, the epoch at which it is paused. */
  readonly target?: number
  /** The loss that the trial counts by, without its measurement noise as far as that is known. */
  readonly loss?: number
  /** Standard deviation of `loss`; 0 by default. */
  readonly noise?: number
  /** In a study with several objectives: all of them, smaller is better; `loss` is the first. */
  readonly objectives?: readonly number[]
}
