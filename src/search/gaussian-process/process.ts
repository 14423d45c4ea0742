import { dot, solveLower, solveLowerFour, solveLowerTransposed } from '../../math/cholesky.js'
import { conditionalVariance, posterior } from '../../math/gaussian-process.js'
import { matern52, ROOT5 } from '../../math/matern.js'

/** Inputs and outputs of a regression. */
export interface Data {
  /** Row-major, shape [n, columns]. */
  readonly X: Float64Array
  /** Shape [n]; mean about 0, standard deviation about 1. */
  readonly y: Float64Array
  readonly n: number
  readonly columns: number
  /** For each column, the index of its length scale. Shape [columns]. */
  readonly lengthIndex: Int32Array
  readonly lengths: number
  /**
   * Rows from this one on are without noise: values of the function itself. All rows have noise by
   * default.
   */
  readonly noiselessFrom?: number
  /** The least that the noise variance t² can be; 0 by default. */
  readonly minNoise?: number
}

/**
 * A Gaussian process over encoded configurations, conditioned on data: Matérn-5/2 covariance with
 * one length scale a parameter, plus noise.
 *
 *     X      [n, columns] encoded configurations
 *     y      [n] standardized losses
 *     s²     variance of the function
 *     ℓ      [lengths] length scales
 *     t²     variance of the noise
 *     theta  [lengths + 2] log s², log ℓ₁ … log ℓ_p, log t²
 *     K      [n, n] s² M(r) + t² I, r² = Σ ((a_c − b_c) / ℓ_c)², M as in math/matern.ts
 *     L, alpha, kStar  as in math/gaussian-process.ts
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.25,
 * 2.26 and 4.17.
 */
export interface Process {
  readonly data: Data
  readonly theta: Float64Array
  /** Inverse length of each column, shape [columns]. */
  readonly inverseLength: Float64Array
  /** The inputs in lengths, shape [n, columns]. */
  readonly scaled: Float64Array
  /** Lower Cholesky factor of K + t² I, shape [n, n]. */
  readonly L: Float64Array
  /** (K + t² I)⁻¹ y, shape [n]. */
  readonly alpha: Float64Array
}

/** What keeps a row without noise from making the covariance singular, in units of s². */
const JITTER = 1e-6

/**
 * @param reuse a process of some of these data, of which what is the same is taken over: the result
 *   has the same bits with it as without
 * @returns undefined where K + t² I is not positive definite in double precision
 */
export function condition(data: Data, theta: Float64Array, reuse?: Process): Process | undefined {
  const { n, y } = data
  const inverseLength = Float64Array.from(data.lengthIndex, length => Math.exp(-theta[1 + length]!))
  const scaled = inLengths(data.X, 0, n, inverseLength)
  const noise = Math.exp(theta.at(-1)!)
  const noiselessFrom = data.noiselessFrom ?? n
  const shared = reuse && same(reuse.theta, theta) ? sharedRows(reuse.data, data) : 0
  const K = new Float64Array(n * n)
  for (let i = 0; i < shared; i++)
    K.set(reuse!.L.subarray(i * reuse!.data.n, i * reuse!.data.n + i + 1), i * n)
  covariance(scaled, n, data.columns, Math.exp(theta[0]!), K, shared)
  for (let i = shared; i < n; i++)
    K[i * n + i]! += i < noiselessFrom ? noise : Math.min(noise, JITTER * Math.exp(theta[0]!))
  const conditioned = posterior(K, y, shared)
  if (!conditioned) return undefined
  const { L, alpha } = conditioned
  return { data, theta, inverseLength, scaled, L, alpha }
}

/** How many first rows two sets of data share, in fours. */
function sharedRows(a: Data, b: Data): number {
  const rows = Math.min(a.noiselessFrom ?? a.n, b.noiselessFrom ?? b.n)
  let i = 0
  while (i < rows * b.columns && a.X[i] === b.X[i]) i++
  return Math.floor(i / b.columns / 4) * 4
}

/** Whether two lists have the same numbers. */
export function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Mean and variance of the noise-free function at one encoded point, shape [columns]. */
export function predict(process: Process, point: Float64Array): { mean: number; variance: number } {
  const {
    data: { n },
    L,
    alpha,
    theta,
  } = process
  const kStar = new Float64Array(n)
  crossCovariance(process, point, 0, kStar, 0)
  const mean = dot(kStar, 0, alpha, 0, n)
  solveLower(L, n, kStar)
  return { mean, variance: conditionalVariance(Math.exp(theta[0]!), dot(kStar, 0, kStar, 0, n)) }
}

/** Predictions at many points, each computed when it is needed. */
export interface Screening {
  /** Shape [count]. */
  readonly mean: Float64Array
  /** What the variances are at most, shape [count]. */
  readonly most: Float64Array
  /** The variance itself at one of the points. */
  readonly exactVariance: (i: number) => number
}

/**
 * As `predict`, for many points of which only a few matter: the others' variances are bounded, by
 * what the first `rows` of the data leave of them.
 *
 * @param points row-major, shape [count, columns]
 */
export function screen(
  process: Process,
  points: Float64Array,
  count: number,
  rows: number,
): Screening {
  const {
    data: { n, columns },
    L,
    alpha,
    theta,
  } = process
  const [mean, most] = [new Float64Array(count), new Float64Array(count)]
  const padded = Math.ceil(count / 4) * 4
  const kStar = new Float64Array(padded * n)
  for (let i = 0; i < count; i++) {
    crossCovariance(process, points, i * columns, kStar, i * n)
    mean[i] = dot(kStar, i * n, alpha, 0, n)
  }
  for (let i = 0; i < padded; i += 4) solveLowerFour(L, n, kStar, i * n, n, 0, rows)
  for (let i = 0; i < count; i++)
    most[i] = conditionalVariance(Math.exp(theta[0]!), dot(kStar, i * n, kStar, i * n, rows))
  const solved = new Uint8Array(count)
  const exactVariance = (i: number) => {
    if (!solved[i]) solveLower(L, n, kStar, i * n, rows)
    solved[i] = 1
    return conditionalVariance(Math.exp(theta[0]!), dot(kStar, i * n, kStar, i * n, n))
  }
  return { mean, most, exactVariance }
}

/**
 * What the process expects at the inputs it was conditioned on, those with noise: y − t² α, since
 * (K + t² I) α = y. Shape [n].
 */
export function fitted({ data: { y }, theta, alpha }: Process): Float64Array {
  const noise = Math.exp(theta.at(-1)!)
  return y.map((value, i) => value - noise * alpha[i]!)
}

/**
 * As `predict`, with the derivatives by each column of the point.
 *
 * @param meanGradient shape [columns], written
 * @param varianceGradient shape [columns], written
 */
export function predictWithGradient(
  process: Process,
  point: Float64Array,
  meanGradient: Float64Array,
  varianceGradient: Float64Array,
): { mean: number; variance: number } {
  const {
    data: { n, columns },
    L,
    alpha,
    theta,
    inverseLength,
    scaled,
  } = process
  const [kStar, derivative] = [new Float64Array(n), new Float64Array(n)]
  crossCovariance(process, point, 0, kStar, 0, derivative)
  const explaining = solveLowerTransposed(L, n, solveLower(L, n, kStar.slice()))
  const at = inLengths(point, 0, 1, inverseLength)
  meanGradient.fill(0)
  varianceGradient.fill(0)
  for (let i = 0; i < n; i++) {
    const byMean = derivative[i]! * alpha[i]!
    const byVariance = -2 * derivative[i]! * explaining[i]!
    for (let c = 0; c < columns; c++) {
      const difference = at[c]! - scaled[i * columns + c]!
      meanGradient[c]! += byMean * difference
      varianceGradient[c]! += byVariance * difference
    }
  }
  for (let c = 0; c < columns; c++) {
    meanGradient[c]! *= inverseLength[c]!
    varianceGradient[c]! *= inverseLength[c]!
  }
  return {
    mean: dot(kStar, 0, alpha, 0, n),
    variance: conditionalVariance(Math.exp(theta[0]!), dot(kStar, 0, explaining, 0, n)),
  }
}

/**
 * What is expected to lie between two encoded points, as a variance, in those of the noise: above
 * 1, a measurement at each can show which is better.
 */
export function distinguishability(
  { theta, inverseLength }: Process,
  a: Float64Array,
  b: Float64Array,
): number {
  const r = distance(
    inLengths(a, 0, 1, inverseLength),
    0,
    inLengths(b, 0, 1, inverseLength),
    0,
    inverseLength.length,
  )
  return Math.exp(theta[0]! - theta.at(-1)!) * (1 - matern52(r))
}

/** Writes the lower triangle of K, shape [n, n], from row `from` on. */
function covariance(
  scaled: Float64Array,
  n: number,
  columns: number,
  amplitude: number,
  k: Float64Array,
  from: number,
): void {
  for (let i = from; i < n; i++) {
    k[i * n + i] = amplitude
    for (let j = 0; j < i; j++)
      k[i * n + j] =
        amplitude * matern52(distance(scaled, i * columns, scaled, j * columns, columns))
  }
}

/**
 * Covariances of one point with all data, written from `at` on.
 *
 * @param derivative shape [n], optional: derivatives of the covariances by r² / 2, r in
 *   lengths
 */
function crossCovariance(
  { data: { n, columns }, theta, inverseLength, scaled }: Process,
  points: Float64Array,
  from: number,
  k: Float64Array,
  at: number,
  derivative?: Float64Array,
): void {
  const amplitude = Math.exp(theta[0]!)
  const point = inLengths(points, from, 1, inverseLength)
  for (let i = 0; i < n; i++) {
    const r = ROOT5 * distance(scaled, i * columns, point, 0, columns)
    const decay = amplitude * Math.exp(-r)
    k[at + i] = (1 + r + (r * r) / 3) * decay
    if (derivative) derivative[i] = (-5 / 3) * (1 + r) * decay
  }
}

/** Of encoded points, from one on, the coordinates in lengths; shape [count, columns]. */
function inLengths(
  points: Float64Array,
  from: number,
  count: number,
  inverseLength: Float64Array,
): Float64Array {
  const columns = inverseLength.length
  const scaled = new Float64Array(count * columns)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < columns; c++)
      scaled[i * columns + c] = points[from + i * columns + c]! * inverseLength[c]!
  return scaled
}

function distance(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  columns: number,
): number {
  let sum = 0
  for (let c = 0; c < columns; c++) {
    const difference = a[atA + c]! - b[atB + c]!
    sum += difference * difference
  }
  return Math.sqrt(sum)
}
