import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

/**
 * softmax(scale · q kᵀ + mask) v, with fewer key and value heads than query heads if need be: query head h looks at
 * key head ⌊h · K / H⌋, as grouped-query attention does. Vaswani et al. 2017, https://arxiv.org/abs/1706.03762;
 * Ainslie et al. 2023, https://arxiv.org/abs/2305.13245
 *
 * @param q B x H x T x D
 * @param k B x K x S x D, H a multiple of K
 * @param v B x K x S x D
 * @param mask added to the scores: T x S, or B x 1 x T x S; 0 to see, −1e9 not to. No gradient flows to it
 * @param scale of the scores, usually 1/√D
 * @returns B x H x T x D
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: number): Tensor {
  const [batch, heads, length, width] = q.shape as [number, number, number, number]
  const [, keyHeads, span] = k.shape as [number, number, number, number]
  const group = heads / keyHeads
  // A group's query heads are stacked along time, so that one product serves them all.
  const folded = [batch, keyHeads, group * length, width]
  const scores = [batch, keyHeads, group * length, span]
  const open = [batch, keyHeads, group, length, span]
  const mask5 = mask.rank === 2 ? mask : mask.reshape([mask.shape[0]!, 1, ...mask.shape.slice(1)])

  return withGradient([q, k, v], () => {
    const queries = q.reshape(folded)
    const raw = tf.matMul(queries, k, false, true).mul(scale)
    const masked = group === 1 && mask.rank === 2 ? raw.add(mask) : raw.reshape(open).add(mask5).reshape(scores)
    const weights = tf.softmax(masked)
    const value = tf.matMul(weights, v)
    return {
      value: value.reshape(q.shape),
      saved: [queries, k, v, weights, value],
      gradient: (dy, saved) => {
        const [queries, k, v, weights, value] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor]
        const dValue = dy.reshape(folded)
        // Σ_s weights · dWeights = dValue · value, row by row: T x D numbers to add up instead of T x S.
        const along = dValue.mul(value).sum(-1, true)
        const dScores = tf.matMul(dValue, v, false, true).sub(along).mul(weights).mul(scale)
        return [tf.matMul(dScores, k).reshape(dy.shape), tf.matMul(dScores, queries, true), tf.matMul(weights, dValue, true)]
      },
    }
  })
}
