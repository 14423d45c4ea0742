import { cdf, density, tailFraction } from '../../math/normal.js'

const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI)
/** Left of this the direct sum φ + zΦ begins to cancel. */
const TAIL = -2

/**
 * Logarithm of the expected improvement of a normal loss over `best`, in nats; smaller losses are
 * better.
 *
 * Finite wherever the deviation is positive and the arguments are ordinary, also where the
 * improvement itself is far below the smallest double, so that an optimiser still sees which way is
 * up.
 *
 * Source: Ament et al., "Unexpected improvements to expected improvement for Bayesian
 * optimization", NeurIPS 2023, equation 8.
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  return Math.log(deviation) + logH((best - mean) / deviation)
}

/** E max(0, z + ξ), ξ standard normal, is h(z) = φ(z) + z Φ(z): its logarithm. */
export function logH(z: number): number {
  if (z > TAIL) return Math.log(density(z) + z * cdf(z))
  // With the Mills ratio 1 / (x + K), x = −z: h = φ (1 − x / (x + K)) = φ K / (x + K), where
  // nothing cancels.
  const k = tailFraction(-z)
  return -0.5 * z * z - LOG_ROOT_TWO_PI + Math.log(k / (k - z))
}

/** Derivative of `logH`: Φ(z) / h(z). */
export function logHDerivative(z: number): number {
  return z > TAIL ? cdf(z) / (density(z) + z * cdf(z)) : 1 / tailFraction(-z)
}

/** Derivatives of `logExpectedImprovement` by mean and by deviation. */
export function logExpectedImprovementGradient(
  mean: number,
  deviation: number,
  best: number,
): { byMean: number; byDeviation: number } {
  const z = (best - mean) / deviation
  const derivative = logHDerivative(z)
  // 1 − z h′/h is φ / h, which the far tail would otherwise lose to cancellation.
  const byDeviation =
    (z > TAIL ? density(z) / (density(z) + z * cdf(z)) : 1 - z / tailFraction(-z)) / deviation
  return { byMean: -derivative / deviation, byDeviation }
}
