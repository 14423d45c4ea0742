import type { Rationale } from '../../record/trial.js'
import type { Params, Space } from '../../space/parameter.js'
import type { SampleRequest } from './sampler.js'

/** What an allocator may know of one trial. */
export interface CurveTrial {
  readonly params: Params
  /**
   * The loss after each epoch as far as it is known, smaller is better; shape [epochs]. What a
   * running trial has shown since it went on is not known.
   */
  readonly curve: readonly number[]
  /**
   * `paused`: stopped at a checkpoint, may go on. `running`: on its way to epoch `target`. `ended`:
   * will not go on, its best epoch is its result. `failed`: has none.
   */
  readonly state: 'paused' | 'running' | 'ended' | 'failed'
  /** For a running trial, the epoch it will be paused at. */
  readonly target?: number
}

export interface AllocationRequest extends Pick<
  SampleRequest,
  'defaults' | 'initialPoints' | 'earlier' | 'constraints' | 'admits'
> {
  readonly seed: number
  /** How many decisions were asked for before this one; keys the randomness. */
  readonly step: number
  /** The most epochs a trial can have. */
  readonly maxEpochs: number
  /**
   * Epochs that may still be given out: those that running trials were given are not among them.
   * Without it there is no end in sight.
   */
  readonly remaining?: number
  /**
   * The least that an epoch must be expected to lower the loss by to be worth its cost; the study
   * ends when none is.
   */
  readonly minGainPerEpoch?: number
  /**
   * How many of the trials were points known beforehand: an allocator's own first ones come after
   * them. Set by what it is wrapped in.
   */
  readonly known?: number
}

/**
 * What to spend the next epochs on. `epochs` is the epoch to train up to, counted from the trial's
 * beginning.
 */
export type Allocation =
  | {
      readonly kind: 'start'
      readonly params: Params
      readonly epochs: number
      readonly rationale: Rationale
    }
  | {
      readonly kind: 'continue'
      readonly trial: number
      readonly epochs: number
      readonly rationale: Rationale
    }
  | { readonly kind: 'exhausted'; readonly reason: string }

/**
 * Decides, epoch by epoch, whether to begin a new trial or to go on with a paused one.
 *
 * Pure, as a sampler is: equal arguments give equal decisions.
 *
 * @param trials in the order they were begun; an allocation names one by its index
 */
export type Allocator = (
  space: Space,
  trials: readonly CurveTrial[],
  request: AllocationRequest,
) => Allocation
