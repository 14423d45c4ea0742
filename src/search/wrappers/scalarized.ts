import { keyedUniform } from '../../math/random.js'
import { paretoFront } from '../../math/pareto.js'
import type { History, Observation } from '../contract/history.js'
import type { Sampler } from '../contract/sampler.js'

const PURPOSE = 0x7061
/**
 * Weight of the sum beside the largest term, so that of two points with one largest term the better
 * one wins.
 */
const AUGMENTED = 0.05

/**
 * Lets a sampler that knows of one loss search by several: each trial weighs them anew, at random,
 * so that together they spread over the whole Pareto front. A history with one loss goes through
 * untouched.
 *
 * Source: Knowles, "ParEGO", IEEE Transactions on Evolutionary Computation 2006, section III, with
 * weights drawn evenly from the simplex.
 */
export function scalarised(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const objectives = history.observed[0]?.losses?.length ?? 1
    if (objectives < 2) return sampler(space, history, request)
    const weights = evenWeights(objectives, [request.seed, request.trialNumber, PURPOSE])
    const suggestion = sampler(
      space,
      { ...history, observed: chebyshev(history.observed, weights) },
      request,
    )
    if (suggestion.kind === 'exhausted') return suggestion
    const text = `${suggestion.rationale.text}; objectives weighed ${weights.map(weight => weight.toFixed(2)).join(' : ')}`
    // What a model expected of the weighted sum is in no unit that a reader knows.
    return { ...suggestion, rationale: { ...suggestion.rationale, text, expected: null } }
  }
}

/**
 * Observations with the augmented Chebyshev norm of their losses, max λf + 0.05 Σ λf, as the one
 * loss. Each objective is first scaled to 0 at the lowest value known and 1 at the highest on the
 * Pareto front; a failure of a thousandfold loss then leaves the scale as it is.
 */
export function chebyshev(
  observed: History['observed'],
  weights: readonly number[],
): Observation[] {
  // An objective that could not be measured is as bad as can be.
  const points = observed.map(({ loss, losses }) =>
    (losses ?? [loss]).map(value => (Number.isNaN(value) ? Infinity : value)),
  )
  const front = paretoFront(points).map(i => points[i]!)
  const scales = weights.map((_, j) => {
    const along = (of: readonly (readonly number[])[]) =>
      of.map(point => point[j]!).filter(Number.isFinite)
    const low = along(points).reduce((a, b) => Math.min(a, b), Infinity)
    const nadir = along(front).reduce((a, b) => Math.max(a, b), low)
    // A front of one point has no extent.
    return { low, high: nadir > low ? nadir : along(points).reduce((a, b) => Math.max(a, b), low) }
  })
  return observed.map((one, i) => {
    const terms = weights.map((weight, j) => weight * unit(points[i]![j]!, scales[j]!))
    return {
      ...one,
      loss: Math.max(...terms) + AUGMENTED * terms.reduce((sum, term) => sum + term, 0),
    }
  })
}

/** Halved, so that the span of the largest doubles is one; that of the smallest is none. */
function unit(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const span = high / 2 - low / 2
  return span > 0 ? Math.min((value / 2 - low / 2) / span, 1e6) : 0
}

/** A point drawn evenly from the simplex: spacings of an exponential process. */
function evenWeights(count: number, key: readonly number[]): readonly number[] {
  const uniform = keyedUniform(key)
  const spacings = Array.from({ length: count }, () => -Math.log(1 - uniform()))
  const sum = spacings.reduce((a, b) => a + b)
  return spacings.map(spacing => spacing / sum)
}
