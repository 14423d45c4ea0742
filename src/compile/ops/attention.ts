import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
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
  // A group's query heads are stacked along time, so that one product serves them all.
  const folded = [batch, keyHeads, (heads / keyHeads) * length, width]

  return withGradient([q, k, v], () => {
    // Scaled before the product: T x D numbers instead of T x S.
    const queries = q.reshape(folded).mul(scale)
    const scores = tf.matMul(queries, k, false, true)
    const weights = tf.softmax(floored(masked(scores, mask, [batch, keyHeads, heads / keyHeads, length, span])))
    const value = tf.matMul(weights, v)
    return {
      value: value.reshape(q.shape),
      saved: [queries, k, v, weights, value],
      gradient: (dy, saved) => {
        const [queries, k, v, weights, value] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor]
        const dValue = dy.reshape(folded)
        // Σ_s weights · dWeights = dValue · value, row by row.
        const along = dValue.mul(value).sum(-1, true)
        const dScores = tf.matMul(dValue, v, false, true).sub(along).mul(weights)
        return [tf.matMul(dScores, k).mul(scale).reshape(dy.shape), tf.matMul(dScores, queries, true), tf.matMul(weights, dValue, true)]
      },
    }
  })
}

/** @param open B x K x H/K x T x S */
function masked(scores: Tensor, mask: Tensor, open: number[]): Tensor {
  if (mask.rank === 2 && open[2] === 1) return scores.add(mask)
  const spread = mask.rank === 2 ? mask : mask.reshape([mask.shape[0]!, 1, ...mask.shape.slice(1)])
  return scores.reshape(open).add(spread).reshape(scores.shape)
}

/**
 * Native exponentials give denormal numbers for what a mask hides, with which everything is slow: a third of a step at dim 64. With
 * e⁻⁵⁰ = 2e-22 of the largest weight hidden scores still count for nothing, 15 digits below the last one of float32.
 */
function floored(scores: Tensor): Tensor {
  return isTracing() ? scores.maximum(scores.max(-1, true).sub(50)) : scores
}
