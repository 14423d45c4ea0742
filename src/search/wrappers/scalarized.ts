import { keyedUniform } from '../../math/random.js'
import { paretoFront } from '../../math/pareto.js'
import type { Curve } from '../../record/curve.js'
import type { EvaluatedCurve, Sampler } from '../contract/sampler.js'
import { evaluated } from '../contract/trial-outcomes.js'

const PURPOSE = 0x7061
/**
 * Coefficient of the sum beside the largest term, so that of two points with one largest term the
 * better one wins.
 */
const AUGMENTED = 0.05

/**
 * Lets a sampler for one loss search by several objectives. Each trial weighs the objectives anew,
 * at random, so that together the trials cover the whole Pareto front. Curves with one loss pass
 * through unchanged.
 *
 * Source: Knowles, "ParEGO", IEEE Transactions on Evolutionary Computation 2006, section III, with
 * weights drawn evenly from the simplex.
 */
export function scalarized(sampler: Sampler): Sampler {
  return {
    name: sampler.name,
    suggest(space, trials, request) {
      const curves = evaluated(trials)
      const count = curves[0]?.objectives?.length ?? 1
      if (count < 2) return sampler.suggest(space, trials, request)
      const coefficients = evenCoefficients(count, [request.seed, request.trialNumber, PURPOSE])
      const weighed = chebyshev(curves, coefficients)
      const weighedCurves = new Map<Curve, Curve>(curves.map((curve, i) => [curve, weighed[i]!]))
      const suggestion = sampler.suggest(
        space,
        trials.map(curve => weighedCurves.get(curve) ?? curve),
        request,
      )
      if (suggestion.kind === 'exhausted') return suggestion
      const { rationale } = suggestion
      const ratio = coefficients.map(coefficient => coefficient.toFixed(2)).join(' : ')
      const text = `${rationale.text}; objectives weighed ${ratio}`
      // The model's expectation of the weighted sum is in no unit that a reader knows.
      return { ...suggestion, rationale: { ...rationale, text, expected: null } }
    },
  }
}

/**
 * Curves with the augmented Chebyshev norm of their objectives, max λf + 0.05 Σ λf, as the one
 * loss. Each objective is first scaled to 0 at its lowest value and 1 at its highest on the Pareto
 * front; a failure of a thousandfold loss then leaves the scale as it is.
 *
 * @param coefficients λ, shape [objectives]
 */
export function chebyshev<C extends Pick<EvaluatedCurve, 'loss' | 'objectives'>>(
  curves: readonly C[],
  coefficients: readonly number[],
): C[] {
  // An objective that could not be measured is as bad as can be.
  const points = curves.map(({ loss, objectives }) =>
    (objectives ?? [loss]).map(value => (Number.isNaN(value) ? Infinity : value)),
  )
  const front = paretoFront(points).map(i => points[i]!)
  const ranges = coefficients.map((_, j) => {
    const finite = (rows: readonly (readonly number[])[]) =>
      rows.map(point => point[j]!).filter(Number.isFinite)
    const low = finite(points).reduce((a, b) => Math.min(a, b), Infinity)
    const nadir = finite(front).reduce((a, b) => Math.max(a, b), low)
    // A front of one point has no extent.
    return { low, high: nadir > low ? nadir : finite(points).reduce((a, b) => Math.max(a, b), low) }
  })
  return curves.map((curve, i) => {
    const terms = coefficients.map(
      (coefficient, j) => coefficient * unit(points[i]![j]!, ranges[j]!),
    )
    return {
      ...curve,
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
function evenCoefficients(count: number, key: readonly number[]): readonly number[] {
  const uniform = keyedUniform(key)
  const spacings = Array.from({ length: count }, () => -Math.log(1 - uniform()))
  const sum = spacings.reduce((a, b) => a + b)
  return spacings.map(spacing => spacing / sum)
}
