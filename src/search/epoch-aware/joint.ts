import { matern52, matern52Decay } from '../../math/matern.js'
import {
  dot,
  factorise,
  halfLogDeterminant,
  inverse,
  solveLower,
  solveLowerTransposed,
} from '../../math/cholesky.js'

/**
 * A loss curve is f(x, e) = g(x) + d(x, e): what the trial comes to in the end, and how far from it
 * it still is; d = 0 at the last epoch. Both are Gaussian processes over the encoded configuration,
 *
 *  cov g = s_g² M(ρ), cov d = r r′ M(|t − t′| / ℓ_t) (s_c² + s_d² M(ρ / ℓ_d)), t = log e / log E, r
 * = √(1 − e / E),
 *
 * M Matérn-5/2 and ρ the distance in g's length scales. Curves bend on logarithmic time, and the
 * variance of what is still to come is in proportion to the epochs left: of ten forms tried on
 * learning curves of sixteen tasks this one had the highest likelihood, before r = √(1 − t) and r =
 * 1 − e / E.
 *
 * After Swersky, Snoek & Adams, "Freeze-thaw Bayesian optimization", 2014, with curves of
 * neighbours alike.
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
  /** Shape [n]; standardised. */
  readonly y: Float64Array
}

export interface Joint {
  readonly parameters: JointParameters
  readonly readings: Readings
  readonly factor: Float64Array
  /** L⁻¹ y, shape [n]. */
  readonly whitened: Float64Array
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
  const n = readings.y.length
  const factor = covariance(readings, parameters)
  if (!factorise(factor, n)) return undefined
  const whitened = solveLower(factor, n, readings.y.slice())
  return {
    parameters,
    readings,
    factor,
    whitened,
    alpha: solveLowerTransposed(factor, n, whitened.slice()),
  }
}

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
  const { factor, whitened, alpha } = joint
  const { x, trials, trial, moment, moments } = readings
  const { final, common, near, reach, time, noise, inverseLength } = parameters
  const n = alpha.length
  const value =
    -0.5 * dot(whitened, 0, whitened, 0, n) -
    halfLogDeterminant(factor, n) -
    0.5 * n * Math.log(2 * Math.PI)
  const precision = inverse(factor, n)
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

function covariance(
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
 * Whether the last losses of two trials at these encoded configurations can show which is better: the
 * expected squared difference exceeds twice the noise variance of a reading.
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
function curveCovariance({ common, near, reach }: JointParameters, rho: number): number {
  return common + near * matern52(rho / reach)
}

/** What of cov d is over epochs, shape [a.length, b.length]. */
function timeCovariance(a: readonly Moment[], b: readonly Moment[], length: number): Float64Array {
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
  { readings, parameters, factor, alpha }: Joint,
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
    const k = new Float64Array(n)
    for (let i = 0; i < n; i++)
      k[i] = g[trial[i]!]! + d[trial[i]!]! * table[s * count + moment[i]!]!
    mean[s] = dot(k, 0, alpha, 0, n)
    return solveLower(factor, n, k)
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

/**
 * What all readings say of g, folded to one number a trial: at a new configuration with k = cov(g,
 * g_trials) the mean is k · weights and the variance s_g² − k P k, at the cost of a process on as
 * many points as there are trials.
 */
export interface Finals {
  readonly weights: Float64Array
  /** Shape [trials, trials]. */
  readonly precision: Float64Array
}

export function foldFinals({ readings, factor, alpha }: Joint): Finals {
  const { trials, trial } = readings
  const n = trial.length
  const weights = new Float64Array(trials)
  const columns = Array.from({ length: trials }, () => new Float64Array(n))
  for (let i = 0; i < n; i++) {
    weights[trial[i]!]! += alpha[i]!
    columns[trial[i]!]![i] = 1
  }
  for (const column of columns) solveLower(factor, n, column)
  const precision = new Float64Array(trials * trials)
  for (let i = 0; i < trials; i++) {
    for (let j = 0; j <= i; j++) {
      precision[i * trials + j] = precision[j * trials + i] = dot(columns[i]!, 0, columns[j]!, 0, n)
    }
  }
  return { weights, precision }
}
