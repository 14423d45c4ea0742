import { keyedUniform } from '../math/random.js'

/** Purpose in the key of the stream, so that no other draw of a trial shares it. */
const ORDER = 0x6f72646572

/**
 * The order in which an epoch meets its examples; it depends on these numbers alone.
 *
 * @param epoch from 1
 * @returns a permutation of 0…count − 1
 */
export function epochOrder(
  count: number,
  { seed, trial, epoch }: { readonly seed: number; readonly trial: number; readonly epoch: number },
): Int32Array {
  const uniform = keyedUniform([seed, trial, ORDER, epoch])
  const order = Int32Array.from({ length: count }, (_, i) => i)
  // Fisher and Yates
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    const last = order[i]!
    order[i] = order[j]!
    order[j] = last
  }
  return order
}
