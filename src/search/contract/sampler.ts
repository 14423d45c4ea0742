import type { Curve } from '../../record/curve.js'
import type { Direction } from '../../record/study.js'
import type { Rationale } from '../../record/trial.js'
import type { Constraint } from '../../space/constraint.js'
import type { Params, Space } from '../../space/parameter.js'

/**
 * Proposes the configuration of the next trial.
 *
 * Pure: no clock, no I/O, no state between calls, no `Math.random`. Equal arguments give equal
 * suggestions, so any past suggestion can be computed again from the record.
 *
 * @example
 * const middle: Sampler = {
 *   name: 'middle',
 *   suggest: space => ({
 *     kind: 'params',
 *     params: paramsAt(space, space.map(() => 0.5)),
 *     rationale: { method: 'middle', text: 'the middle of the space', expected: null },
 *   }),
 * }
 */
export interface Sampler {
  readonly name: string
  /** @param trials one curve a configuration, in the order in which the trials were begun */
  suggest(space: Space, trials: readonly Curve[], request: SampleRequest): Suggestion
}

export interface SampleRequest {
  readonly seed: number
  /** How many configurations were suggested before this one; keys the randomness. */
  readonly trialNumber: number
  /**
   * The settings of the training if nothing is searched. Proposed first, so that later trials show
   * their improvement over the defaults.
   */
  readonly defaults?: Params
  /** Proposed after the defaults. */
  readonly initialPoints?: readonly Params[]
  /**
   * Earlier studies, whose losses are comparable within each of them only. The best configuration
   * of each is proposed after the initial points.
   */
  readonly earlierStudies?: readonly EarlierStudy[]
  /** The objective's direction, for the text and the expectation of a suggestion. */
  readonly direction?: Direction
  readonly constraints?: readonly Constraint[]
  /** Whether a configuration is new and keeps the constraints. Set by `unrepeated`. */
  readonly admits?: (params: Params) => boolean
}

export interface EarlierStudy {
  readonly study: string
  /** One complete curve a configuration. */
  readonly trials: readonly EvaluatedCurve[]
}

/** The curve of a trial that has a loss to learn from. */
export type EvaluatedCurve = Curve & { readonly loss: number }

export type Suggestion =
  | { readonly kind: 'params'; readonly params: Params; readonly rationale: Rationale }
  /** Nothing is left to try; the study ends. */
  | { readonly kind: 'exhausted'; readonly reason: string }
