import { factorise, halfLogDeterminant, solveLower, solveLowerTransposed } from './cholesky.js'

/*
 * The core of every Gaussian process here: of the losses of configurations
 * (search/gaussian-process), of their curves (search/epoch-aware), and of one noisy curve
 * (curve-smoother.ts). The models differ in their covariance only.
 *
 *     n       number of observations
 *     y       [n] observed values
 *     K       [n, n] their covariance, noise included; row-major, only the lower triangle is read
 *     L       [n, n] lower Cholesky factor, K = L Lᵀ
 *     white   [n] L⁻¹ y
 *     alpha   [n] K⁻¹ y = L⁻ᵀ white
 *     kStar   [n] covariances of a point with the observations
 *
 *     mean      kStarᵀ alpha
 *     variance  k(point, point) − |L⁻¹ kStar|²
 *     log p(y)  −½ yᵀ alpha − Σ log L_ii − ½ n log 2π
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1.
 */

/** A Gaussian process after its observations. */
export interface Posterior {
  readonly L: Float64Array
  readonly white: Float64Array
  readonly alpha: Float64Array
}

/**
 * Conditions on observations.
 *
 * @param K is overwritten by L
 * @param y left as it is
 * @param factoredRows so many of the first rows of K are rows of L already; a multiple of 4
 * @returns undefined if K is not positive definite in double precision
 */
export function posterior(
  K: Float64Array,
  y: Float64Array,
  factoredRows = 0,
): Posterior | undefined {
  return factorise(K, y.length, factoredRows) ? conditionOn(K, y) : undefined
}

/** As `posterior`, for a covariance that is factored already. */
export function conditionOn(L: Float64Array, y: Float64Array): Posterior {
  const n = y.length
  const white = solveLower(L, n, y.slice())
  return { L, white, alpha: solveLowerTransposed(L, n, white.slice()) }
}

/**
 * log p(y) in nats.
 *
 * @param quadratic yᵀ K⁻¹ y
 */
export function logMarginalLikelihood(quadratic: number, L: Float64Array, n: number): number {
  return -0.5 * quadratic - halfLogDeterminant(L, n) - 0.5 * n * Math.log(2 * Math.PI)
}

/**
 * The variance at a point after conditioning.
 *
 * @param prior its variance before
 * @param explained |L⁻¹ kStar|²; rounding may make it a little larger than `prior` at an
 *   observation
 */
export function conditionalVariance(prior: number, explained: number): number {
  return Math.max(0, prior - explained)
}
