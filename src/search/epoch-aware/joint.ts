import { posterior } from '../../math/gaussian-process.js'
import { matern52 } from '../../math/matern.js'

/*
 * A loss curve is f(x, e) = g(x) + d(x, e): the loss at the last epoch, and the distance to it
 * after epoch e; d = 0 at the last epoch. Both are Gaussian processes over the encoded
 * configuration x.
 *
 *     E       most epochs of a trial
 *     t       log e / log E, the time of an epoch
 *     r       √(1 − e / E), `remaining`
 *     ρ       distance of two configurations in length scales of g
 *     M       Matérn-5/2 kernel, math/matern.ts
 *     cov g   s_g² M(ρ)
 *     cov d   r r′ M(|t − t′| / ℓ_t) (s_c² + s_d² M(ρ / ℓ_d))
 *     n       number of readings; a reading is the loss of one trial after one epoch
 *     y       [n] readings, standardized
 *     K       [n, n] cov g + cov d, plus the noise variance on the diagonal
 *     L, white, alpha, kStar  as in math/gaussian-process.ts
 *
 * Curves bend on logarithmic time, and the variance of the change to come is in proportion to the
 * epochs that remain. Of ten forms tried on learning curves of sixteen tasks this one had the
 * highest likelihood, before r = √(1 − t) and r = 1 − e / E.
 *
 * After Swersky, Snoek & Adams, "Freeze-thaw Bayesian optimization", 2014, with curves of neighbors
 * alike.
 */

export interface JointParameters {
  /** s_g² */
  readonly final: number
  /** s_c²: what all curves have in common. */
  readonly common: number
  /** s_d²: what near configurations' curves have in common. */
  readonly near: number
  /** ℓ_d, in lengths of g. */
  readonly reach: number
  /** ℓ_t, in logarithms of epochs over the logarithm of all. */
  readonly time: number
  /** Variance of one reading. */
  readonly noise: number
  /** Inverse length of each column of a configuration, shape [columns]. */
  readonly inverseLength: Float64Array
}

/** Readings of curves, grouped by trial. */
export interface Readings {
  /** Encoded configurations, row-major, shape [trials, columns]. */
  readonly x: Float64Array
  readonly trials: number
  /** Which trial each reading is of, shape [n]. */
  readonly trial: Int32Array
  /** Which of `moments` each reading was taken at, shape [n]. */
  readonly moment: Int32Array
  readonly moments: readonly Moment[]
  /** Shape [n]; standardized. */
  readonly y: Float64Array
}

export interface Joint {
  readonly parameters: JointParameters
  readonly readings: Readings
  readonly L: Float64Array
  /** L⁻¹ y, shape [n]. */
  readonly white: Float64Array
  /** K⁻¹ y, shape [n]. */
  readonly alpha: Float64Array
}

/** An epoch as the model sees it. */
export interface Moment {
  /** t */
  readonly time: number
  /** r */
  readonly remaining: number
}

export function epochMoment(epoch: number, maxEpochs: number): Moment {
  return epoch >= maxEpochs
    ? { time: 1, remaining: 0 }
    : { time: Math.log(epoch) / Math.log(maxEpochs), remaining: Math.sqrt(1 - epoch / maxEpochs) }
}

/** @returns undefined where the covariance is not positive definite in double precision */
export function conditionJoint(readings: Readings, parameters: JointParameters): Joint | undefined {
  const conditioned = posterior(jointCovariance(readings, parameters), readings.y)
  return conditioned && { parameters, readings, ...conditioned }
}

function jointCovariance(
  { x, trials, trial, moment, moments, y }: Readings,
  parameters: JointParameters,
): Float64Array {
  const n = y.length
  const distance = distances(x, trials, parameters.inverseLength)
  const { final, noise } = parameters
  const g = distance.map(rho => final * matern52(rho))
  const d = distance.map(rho => curveCovariance(parameters, rho))
  const count = moments.length
  const table = timeCovariance(moments, moments, parameters.time)
  const k = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = trial[i]! * trials
    const at = moment[i]! * count
    for (let j = 0; j <= i; j++) {
      const pair = row + trial[j]!
      k[i * n + j] = g[pair]! + d[pair]! * table[at + moment[j]!]!
    }
    k[i * n + i]! += noise
  }
  return k
}

/** ρ between any two trials, shape [trials, trials]. */
export function distances(
  x: Float64Array,
  trials: number,
  inverseLength: Float64Array,
): Float64Array {
  const columns = inverseLength.length
  const distance = new Float64Array(trials * trials)
  for (let i = 0; i < trials; i++)
    distance.set(
      distancesTo(x, trials, x.subarray(i * columns, (i + 1) * columns), inverseLength),
      i * trials,
    )
  return distance
}

/** ρ of one encoded configuration to each of n, shape [n]. */
export function distancesTo(
  x: Float64Array,
  n: number,
  at: Float64Array,
  inverseLength: Float64Array,
): Float64Array {
  const columns = inverseLength.length
  const distance = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let c = 0; c < columns; c++) {
      const difference = (x[i * columns + c]! - at[c]!) * inverseLength[c]!
      sum += difference * difference
    }
    distance[i] = Math.sqrt(sum)
  }
  return distance
}

/**
 * Whether the last losses of two trials at these encoded configurations can show which is better:
 * the expected squared difference exceeds twice the noise variance of a reading.
 */
export function areDistinguishable(
  { parameters: { final, noise, inverseLength } }: Joint,
  a: Float64Array,
  b: Float64Array,
): boolean {
  const [rho] = distancesTo(a, 1, b, inverseLength)
  return final * (1 - matern52(rho!)) > noise
}

/** What of cov d is over configurations. */
export function curveCovariance({ common, near, reach }: JointParameters, rho: number): number {
  return common + near * matern52(rho / reach)
}

/** What of cov d is over epochs, shape [a.length, b.length]. */
export function timeCovariance(
  a: readonly Moment[],
  b: readonly Moment[],
  length: number,
): Float64Array {
  const table = new Float64Array(a.length * b.length)
  a.forEach((one, i) =>
    b.forEach(
      (other, j) =>
        (table[i * b.length + j] =
          one.remaining * other.remaining * matern52(Math.abs(one.time - other.time) / length)),
    ),
  )
  return table
}
