import { factorise, halfLogDeterminant, inverse, solveLower, solveLowerTransposed } from '../../math/cholesky.js'

/** Inputs and outputs of a regression. */
export interface Data {
  /** Row-major, shape [n, columns]. */
  readonly x: Float64Array
  /** Shape [n]; mean about 0, standard deviation about 1. */
  readonly y: Float64Array
  readonly n: number
  readonly columns: number
  /** For each column, the index of its length scale. Shape [columns]. */
  readonly lengthOf: Int32Array
  readonly lengths: number
  /** Rows from this one on are without noise: values of the function itself. All rows have noise by default. */
  readonly exactFrom?: number
}

/**
 * A Gaussian process with mean 0 and covariance
 * k(a, b) = s² (1 + √5 r + 5/3 r²) exp(−√5 r), r² = Σ ((a_c − b_c) / ℓ_c)², plus t² on the diagonal (Matérn-5/2 with one length
 * a parameter, and noise), conditioned on data.
 *
 * Its parameters are θ = [log s², log ℓ₁ … log ℓ_p, log t²], shape [lengths + 2].
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.25, 2.26, 4.17 and 5.9.
 */
export interface Process {
  readonly data: Data
  readonly theta: Float64Array
  /** Inverse length of each column, shape [columns]. */
  readonly inverseLength: Float64Array
  /** Lower Cholesky factor of K + t² I, shape [n, n]. */
  readonly factor: Float64Array
  /** (K + t² I)⁻¹ y, shape [n]. */
  readonly alpha: Float64Array
}

const ROOT5 = Math.sqrt(5)
/** What keeps a row without noise from making the covariance singular, in units of s². */
const JITTER = 1e-6

/** @returns undefined where K + t² I is not positive definite in double precision */
export function condition(data: Data, theta: Float64Array): Process | undefined {
  const { n, y } = data
  const inverseLength = Float64Array.from(data.lengthOf, length => Math.exp(-theta[1 + length]!))
  const factor = covariance(data, inverseLength, Math.exp(theta[0]!))
  const noise = Math.exp(theta.at(-1)!)
  const exactFrom = data.exactFrom ?? n
  for (let i = 0; i < n; i++) factor[i * n + i]! += i < exactFrom ? noise : Math.min(noise, JITTER * Math.exp(theta[0]!))
  if (!factorise(factor, n)) return undefined
  const alpha = solveLowerTransposed(factor, n, solveLower(factor, n, y.slice()))
  return { data, theta, inverseLength, factor, alpha }
}

/** Mean and variance of the noise-free function at one encoded point, shape [columns]. */
export function predict(process: Process, point: Float64Array): { mean: number; variance: number } {
  const { data, factor, alpha, theta } = process
  const k = crossCovariance(process, point)
  let mean = 0
  for (let i = 0; i < data.n; i++) mean += k[i]! * alpha[i]!
  solveLower(factor, data.n, k)
  let explained = 0
  for (let i = 0; i < data.n; i++) explained += k[i]! * k[i]!
  // Rounding may leave a little less than nothing at a point of the data.
  return { mean, variance: Math.max(0, Math.exp(theta[0]!) - explained) }
}

/**
 * As `predict`, with the derivatives by each column of the point.
 *
 * @param meanGradient shape [columns], written
 * @param varianceGradient shape [columns], written
 */
export function predictWithGradient(
  process: Process, point: Float64Array, meanGradient: Float64Array, varianceGradient: Float64Array,
): { mean: number; variance: number } {
  const { data, factor, alpha, theta, inverseLength } = process
  const { n, columns, x } = data
  const amplitude = Math.exp(theta[0]!)
  const k = crossCovariance(process, point)
  const explaining = solveLowerTransposed(factor, n, solveLower(factor, n, k.slice()))
  let mean = 0
  let explained = 0
  meanGradient.fill(0)
  varianceGradient.fill(0)
  for (let i = 0; i < n; i++) {
    mean += k[i]! * alpha[i]!
    explained += k[i]! * explaining[i]!
    const r = distance(x, i * columns, point, 0, inverseLength)
    const common = -amplitude * (5 / 3) * (1 + ROOT5 * r) * Math.exp(-ROOT5 * r)
    for (let c = 0; c < columns; c++) {
      const slope = common * (point[c]! - x[i * columns + c]!) * inverseLength[c]! * inverseLength[c]!
      meanGradient[c]! += slope * alpha[i]!
      varianceGradient[c]! -= 2 * slope * explaining[i]!
    }
  }
  return { mean, variance: Math.max(0, amplitude - explained) }
}

/** Whether a measurement at each of two encoded points can show which is better: what is expected to lie between them exceeds the noise of either. */
export function tellsApart({ theta, inverseLength }: Process, a: Float64Array, b: Float64Array): boolean {
  return Math.exp(theta[0]!) * (1 - matern52(distance(a, 0, b, 0, inverseLength))) > Math.exp(theta.at(-1)!)
}

/**
 * log p(y | x, θ) in nats, −Infinity where the covariance cannot be factorised.
 *
 * @param gradient shape [lengths + 2], written: derivatives by θ
 */
export function logLikelihood(data: Data, theta: Float64Array, gradient?: Float64Array): number {
  const { n, y } = data
  const process = condition(data, theta)
  if (!process) return -Infinity
  const { factor, alpha } = process
  let fit = 0
  for (let i = 0; i < n; i++) fit += y[i]! * alpha[i]!
  if (gradient) likelihoodGradient(process, gradient)
  return -0.5 * fit - halfLogDeterminant(factor, n) - 0.5 * n * Math.log(2 * Math.PI)
}

/** ½ tr((α αᵀ − (K + t² I)⁻¹) ∂K/∂θ), both halves of the symmetric matrices at once. */
function likelihoodGradient({ data, theta, factor, alpha, inverseLength }: Process, gradient: Float64Array): void {
  const { n, columns, x, lengthOf } = data
  const amplitude = Math.exp(theta[0]!)
  const noise = Math.exp(theta.at(-1)!)
  const precision = inverse(factor, n)
  gradient.fill(0)
  for (let i = 0; i < n; i++) {
    const diagonal = 0.5 * (alpha[i]! * alpha[i]! - precision[i * n + i]!)
    gradient[0]! += diagonal * amplitude
    gradient[gradient.length - 1]! += diagonal * noise
    for (let j = 0; j < i; j++) {
      const weight = alpha[i]! * alpha[j]! - precision[i * n + j]!
      const r = distance(x, i * columns, x, j * columns, inverseLength)
      const decay = Math.exp(-ROOT5 * r)
      gradient[0]! += weight * amplitude * (1 + ROOT5 * r + (5 / 3) * r * r) * decay
      const common = weight * amplitude * (5 / 3) * (1 + ROOT5 * r) * decay
      for (let c = 0; c < columns; c++) {
        const difference = (x[i * columns + c]! - x[j * columns + c]!) * inverseLength[c]!
        gradient[1 + lengthOf[c]!]! += common * difference * difference
      }
    }
  }
}

/** Lower triangle of K, shape [n, n]. */
function covariance({ x, n, columns }: Data, inverseLength: Float64Array, amplitude: number): Float64Array {
  const k = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    k[i * n + i] = amplitude
    for (let j = 0; j < i; j++) k[i * n + j] = amplitude * matern52(distance(x, i * columns, x, j * columns, inverseLength))
  }
  return k
}

function crossCovariance({ data: { x, n, columns }, theta, inverseLength }: Process, point: Float64Array): Float64Array {
  const amplitude = Math.exp(theta[0]!)
  const k = new Float64Array(n)
  for (let i = 0; i < n; i++) k[i] = amplitude * matern52(distance(x, i * columns, point, 0, inverseLength))
  return k
}

function matern52(r: number): number {
  return (1 + ROOT5 * r + (5 / 3) * r * r) * Math.exp(-ROOT5 * r)
}

function distance(a: Float64Array, atA: number, b: Float64Array, atB: number, inverseLength: Float64Array): number {
  let sum = 0
  for (let c = 0; c < inverseLength.length; c++) {
    const difference = (a[atA + c]! - b[atB + c]!) * inverseLength[c]!
    sum += difference * difference
  }
  return Math.sqrt(sum)
}
