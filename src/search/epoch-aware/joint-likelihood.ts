import { dot, inverse } from '../../math/cholesky.js'
import { logMarginalLikelihood } from '../../math/gaussian-process.js'
import { matern52, matern52Decay } from '../../math/matern.js'
import {
  conditionJoint,
  distances,
  timeCovariance,
  type JointParameters,
  type Moment,
  type Readings,
} from './joint.js'

/**
 * Derivatives of the log likelihood by the logarithms of the parameters, by those of the lengths
 * (not their inverses) a column at a time.
 */
export type JointGradient = Readonly<
  Record<Exclude<keyof JointParameters, 'inverseLength'>, number>
> & { readonly length: Float64Array }

/**
 * log p(y) in nats, with its gradient; undefined where the covariance is not positive definite.
 *
 * A pair of trials meets the same ρ at all its readings, so the derivative ½ tr((α αᵀ − K⁻¹) ∂K) is
 * first summed over the readings of each pair.
 */
export function jointLikelihood(
  readings: Readings,
  parameters: JointParameters,
): { readonly value: number; readonly gradient: JointGradient } | undefined {
  const joint = conditionJoint(readings, parameters)
  if (!joint) return undefined
  const { L, white, alpha } = joint
  const { x, trials, trial, moment, moments } = readings
  const { final, common, near, reach, time, noise, inverseLength } = parameters
  const n = alpha.length
  const value = logMarginalLikelihood(dot(white, 0, white, 0, n), L, n)
  const precision = inverse(L, n)
  const table = timeCovariance(moments, moments, time)
  const derivatives = timeDerivatives(moments, time)
  const overG = new Float64Array(trials * trials)
  const overD = new Float64Array(trials * trials)
  const overTime = new Float64Array(trials * trials)
  let trace = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const weight = (alpha[i]! * alpha[j]! - precision[i * n + j]!) * (i === j ? 0.5 : 1)
      const pair = trial[i]! * trials + trial[j]!
      const when = moment[i]! * moments.length + moment[j]!
      overG[pair]! += weight
      overD[pair]! += weight * table[when]!
      overTime[pair]! += weight * derivatives[when]!
      if (i === j) trace += weight
    }
  }
  const distance = distances(x, trials, inverseLength)
  const sums = { final: 0, common: 0, near: 0, reach: 0, time: 0 }
  const length = new Float64Array(inverseLength.length)
  for (let a = 0; a < trials; a++) {
    for (let b = 0; b < trials; b++) {
      const pair = a * trials + b
      const rho = distance[pair]!
      const [g, d] = [overG[pair]!, overD[pair]!]
      const shape = matern52(rho / reach)
      sums.final += g * final * matern52(rho)
      sums.common += d * common
      sums.near += d * near * shape
      sums.time += overTime[pair]! * (common + near * shape)
      const nearer = d * near * matern52Decay(rho / reach)
      sums.reach += (nearer * rho * rho) / (reach * reach)
      const bySquare = g * final * matern52Decay(rho) + nearer / (reach * reach)
      if (bySquare === 0) continue
      for (let c = 0; c < length.length; c++) {
        const difference =
          (x[a * length.length + c]! - x[b * length.length + c]!) * inverseLength[c]!
        length[c]! += bySquare * difference * difference
      }
    }
  }
  return { value, gradient: { ...sums, noise: trace * noise, length } }
}

/** Derivatives of `timeCovariance` by the logarithm of its length. */
function timeDerivatives(moments: readonly Moment[], length: number): Float64Array {
  const count = moments.length
  const table = new Float64Array(count * count)
  moments.forEach((a, i) =>
    moments.forEach((b, j) => {
      const r = Math.abs(a.time - b.time) / length
      table[i * count + j] = a.remaining * b.remaining * matern52Decay(r) * r * r
    }),
  )
  return table
}
