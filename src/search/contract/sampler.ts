import type { Direction } from '../../record/study.js'
import type { Rationale } from '../../record/trial.js'
import type { Constraint } from '../../space/constraint.js'
import type { Params, Space } from '../../space/parameter.js'
import type { History, Observation } from './history.js'

export interface SampleRequest {
  readonly seed: number
  readonly trialNumber: number
  /**
   * What the training uses when nothing is searched; proposed first, so that every later gain is a
   * gain over it.
   */
  readonly defaults?: Params
  /** Points known to be good, proposed after the defaults. */
  readonly initialPoints?: readonly Params[]
  /**
   * Studies of the past, whose losses are comparable within each of them only; the best of each is
   * proposed after the start points.
   */
  readonly earlier?: readonly EarlierStudy[]
  /**
   * Of the objective, for the words and the expectation of a suggestion: losses are objectives
   * turned so that smaller is better.
   */
  readonly direction?: Direction
  /** What every proposal has to keep. */
  readonly constraints?: readonly Constraint[]
  /**
   * Whether a point may be proposed: new, and within the constraints. Set for a sampler by what it
   * is wrapped in.
   */
  readonly admits?: (params: Params) => boolean
}

export interface EarlierStudy {
  readonly study: string
  /** One a configuration. */
  readonly observed: readonly Observation[]
}

export type Suggestion =
  | { readonly kind: 'params'; readonly params: Params; readonly rationale: Rationale }
  /** There is nothing left to try; the study ends. */
  | { readonly kind: 'exhausted'; readonly reason: string }

/**
 * Proposes the next trial.
 *
 * Pure: no clock, no I/O, no state between calls, no `Math.random`. Equal arguments give equal
 * suggestions, so any past suggestion can be recomputed from the records.
 */
export type Sampler = (space: Space, history: History, request: SampleRequest) => Suggestion
