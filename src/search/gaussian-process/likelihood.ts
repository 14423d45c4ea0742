import { dot, inverse } from '../../math/cholesky.js'
import { logMarginalLikelihood, posterior } from '../../math/gaussian-process.js'
import { ROOT5 } from '../../math/matern.js'
import type { Data } from './process.js'

/**
 * log p(y | x, θ) in nats of the process that `condition` makes of these data, all rows with noise;
 * −Infinity where the covariance cannot be factorised.
 *
 * @param gradient shape [lengths + 2], written: derivatives by θ
 */
export type LogLikelihood = (theta: Float64Array, gradient: Float64Array) => number

/**
 * The likelihood as a function of θ alone: what does not depend on θ is computed once, and memory
 * is taken once.
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.30 and
 * 5.9.
 */
export function createLogLikelihood(data: Data): LogLikelihood {
  const { n, y, lengths } = data
  const pairs = (n * (n - 1)) / 2
  const squares = squaredDifferences(data)
  const squaredDistance = new Float64Array(pairs)
  const derivative = new Float64Array(pairs)
  const K = new Float64Array(n * n)
  const buffers = { work: new Float64Array(n * n), result: new Float64Array(n * n) }
  return (theta, gradient) => {
    const amplitude = Math.exp(theta[0]!)
    const noise = Math.exp(theta[lengths + 1]!)
    const weights = Float64Array.from({ length: lengths }, (_, l) => Math.exp(-2 * theta[1 + l]!))
    accumulate(squares, weights, squaredDistance)
    covariance(squaredDistance, n, amplitude, noise, K, derivative)
    const conditioned = posterior(K, y)
    if (!conditioned) return -Infinity
    const { L, alpha } = conditioned
    const fit = dot(y, 0, alpha, 0, n)
    const trace = overPairs(alpha, inverse(L, n, buffers), n, derivative)
    // tr((α αᵀ − A⁻¹) K) with K = A − t² I needs no K.
    gradient[lengths + 1] = 0.5 * noise * trace
    gradient[0] = 0.5 * (fit - n) - gradient[lengths + 1]!
    for (let l = 0; l < lengths; l++)
      gradient[1 + l] = weights[l]! * dot(derivative, 0, squares, l * pairs, pairs)
    return logMarginalLikelihood(fit, L, n)
  }
}

/** Of each pair i > j the squared difference along each length, shape [lengths, n (n − 1) / 2]. */
function squaredDifferences({ X, n, columns, lengthIndex, lengths }: Data): Float64Array {
  const pairs = (n * (n - 1)) / 2
  const squares = new Float64Array(lengths * pairs)
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) {
      for (let c = 0; c < columns; c++) {
        const difference = X[i * columns + c]! - X[j * columns + c]!
        squares[lengthIndex[c]! * pairs + pair]! += difference * difference
      }
    }
  }
  return squares
}

/** Σ wₗ squaresₗ, shape [pairs]. */
function accumulate(squares: Float64Array, weights: Float64Array, sums: Float64Array): void {
  const pairs = sums.length
  sums.fill(0)
  let l = 0
  for (; l + 1 < weights.length; l += 2) {
    const [at, other] = [l * pairs, (l + 1) * pairs]
    const [w, v] = [weights[l]!, weights[l + 1]!]
    for (let pair = 0; pair < pairs; pair++)
      sums[pair]! += w * squares[at + pair]! + v * squares[other + pair]!
  }
  if (l < weights.length)
    for (let pair = 0; pair < pairs; pair++) sums[pair]! += weights[l]! * squares[l * pairs + pair]!
}

/** Lower triangle of K + t² I, and of each pair −∂k / ∂(r² / 2). */
function covariance(
  squaredDistance: Float64Array,
  n: number,
  amplitude: number,
  noise: number,
  K: Float64Array,
  derivative: Float64Array,
): void {
  for (let i = 0, pair = 0; i < n; i++) {
    K[i * n + i] = amplitude + noise
    for (let j = 0; j < i; j++, pair++) {
      const square = squaredDistance[pair]!
      const r = ROOT5 * Math.sqrt(square)
      const decay = amplitude * Math.exp(-r)
      K[i * n + j] = (1 + r + (5 / 3) * square) * decay
      derivative[pair] = (5 / 3) * (1 + r) * decay
    }
  }
}

/** Multiplies each pair's derivative by its place in α αᵀ − A⁻¹. @returns tr(α αᵀ − A⁻¹) */
function overPairs(
  alpha: Float64Array,
  precision: Float64Array,
  n: number,
  derivative: Float64Array,
): number {
  let trace = 0
  for (let i = 0, pair = 0; i < n; i++) {
    const row = i * n
    trace += alpha[i]! * alpha[i]! - precision[row + i]!
    for (let j = 0; j < i; j++, pair++)
      derivative[pair]! *= alpha[i]! * alpha[j]! - precision[row + j]!
  }
  return trace
}
