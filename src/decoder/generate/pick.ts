/** @returns the index of the largest logit, the first of equals */
export function greedy(logits: Float32Array): number {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i
  return best
}

/**
 * Samples a token by the inverse of the cumulative distribution.
 *
 * | symbol          | shape        | meaning                                            |
 * | --------------- | ------------ | -------------------------------------------------- |
 * | `logits` z      | [vocabulary] | unnormalized log probabilities                     |
 * | `temperature` T |              | above 0                                            |
 * | `masses` w      | [vocabulary] | exp((z − max z) / T): p = w / Σ w = softmax(z / T) |
 * | `uniform` u     |              | a draw from [0, 1)                                 |
 *
 * @returns the first index i with w₀ + … + wᵢ > u Σ w
 */
export function sampled(logits: Float32Array, temperature: number, uniform: number): number {
  const max = logits[greedy(logits)]!
  const masses = Float64Array.from(logits, logit => Math.exp((logit - max) / temperature))
  let remainder = uniform * masses.reduce((total, mass) => total + mass, 0)
  for (let i = 0; i < masses.length; i++) {
    remainder -= masses[i]!
    if (remainder < 0) return i
  }
  // Rounding may leave a remainder after the last one
  return greedy(logits)
}
