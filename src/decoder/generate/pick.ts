/** Index of the largest logit, the first of equals. */
export function greedy(logits: Float32Array): number {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i
  return best
}

/**
 * Draws from the softmax of logits / temperature by its inverse cumulative distribution.
 *
 * @param temperature above 0
 * @param uniform in [0, 1)
 */
export function sampled(logits: Float32Array, temperature: number, uniform: number): number {
  const top = logits[greedy(logits)]!
  const shares = Float64Array.from(logits, logit => Math.exp((logit - top) / temperature))
  let left = uniform * shares.reduce((total, share) => total + share, 0)
  for (let i = 0; i < shares.length; i++) {
    left -= shares[i]!
    if (left < 0) return i
  }
  // Rounding may leave a crumb after the last share
  return greedy(logits)
}
