import { dot, solveLower } from '../../math/cholesky.js'
import { matern52 } from '../../math/matern.js'
import { curveCovariance, distancesTo, timeCovariance, type Joint, type Moment } from './joint.js'

/** Joint posterior of one trial's curve at several moments. */
export interface CurvePosterior {
  /** Shape [moments]. */
  readonly mean: Float64Array
  /** Shape [moments, moments]. */
  readonly covariance: Float64Array
}

/**
 * @param at the encoded configuration, shape [columns]
 */
export function curveAt(
  { readings, parameters, L, alpha }: Joint,
  at: Float64Array,
  moments: readonly Moment[],
): CurvePosterior {
  const { trial, moment } = readings
  const n = trial.length
  const distance = distancesTo(readings.x, readings.trials, at, parameters.inverseLength)
  const g = distance.map(rho => parameters.final * matern52(rho))
  const d = distance.map(rho => curveCovariance(parameters, rho))
  const count = readings.moments.length
  const table = timeCovariance(moments, readings.moments, parameters.time)
  const mean = new Float64Array(moments.length)
  const white = moments.map((_, s) => {
    const kStar = new Float64Array(n)
    for (let i = 0; i < n; i++)
      kStar[i] = g[trial[i]!]! + d[trial[i]!]! * table[s * count + moment[i]!]!
    mean[s] = dot(kStar, 0, alpha, 0, n)
    return solveLower(L, n, kStar)
  })
  const covariance = timeCovariance(moments, moments, parameters.time)
  moments.forEach((_, i) =>
    moments.forEach((_, j) => {
      const at = i * moments.length + j
      covariance[at] =
        parameters.final +
        covariance[at]! * curveCovariance(parameters, 0) -
        dot(white[i]!, 0, white[j]!, 0, n)
    }),
  )
  return { mean, covariance }
}
