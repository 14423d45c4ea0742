import type { Curve } from '../../record/curve.js'
import type { Rationale } from '../../record/trial.js'
import type { Params, Space } from '../../space/parameter.js'
import type { SampleRequest } from './sampler.js'

/**
 * Decides, epoch by epoch, whether to begin a new trial or to resume a paused one.
 *
 * Pure, as a sampler is: equal arguments give equal decisions.
 */
export interface Allocator {
  readonly name: string
  /** @param trials in the order in which they were begun */
  allocate(space: Space, trials: readonly Curve[], request: AllocationRequest): Allocation
}

export interface AllocationRequest extends Pick<
  SampleRequest,
  'defaults' | 'initialPoints' | 'earlierStudies' | 'constraints' | 'admits'
> {
  readonly seed: number
  /** How many decisions were made before this one; keys the randomness. */
  readonly step: number
  /** The most epochs a trial can have. */
  readonly maxEpochs: number
  /**
   * Epochs that the study can still give to trials; those given to running trials are not among
   * them. Left out: without limit.
   */
  readonly remaining?: number
  /**
   * The least by which an epoch must be expected to lower the loss; the study ends if none does. In
   * units of the objective.
   */
  readonly minGainPerEpoch?: number
  /** How many of the trials are first points, which no allocator chose. Set by `guarded`. */
  readonly firstPointCount?: number
}

/** How to spend the next epochs. `epochs` is the epoch to train to, counted from the first. */
export type Allocation =
  | {
      readonly kind: 'start'
      readonly params: Params
      readonly epochs: number
      readonly rationale: Rationale
    }
  | {
      readonly kind: 'resume'
      /** Number of a paused trial. */
      readonly trial: number
      readonly epochs: number
      readonly rationale: Rationale
    }
  | { readonly kind: 'exhausted'; readonly reason: string }
