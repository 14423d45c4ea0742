// Notation:
//   B  batch rows           q      B x H x T x D        α = `scale`, usually 1/√D
//   H  query heads          k, v   B x K x S x D        S = α q kᵀ + mask   scores
//   K  key heads            mask   T x S                P = softmax(S)      attention weights
//   G  H / K, heads that    y      B x H x T x D        y = P v
//      share a key head
//   T  queries   S  keys   D  width of a head
//   dX  gradient of the loss with respect to X, of X's shape
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
import { maskBlocks } from './mask-blocks.js'
import type { MaskBlock } from './mask-blocks.js'
import { withGradient } from './with-gradient.js'

/**
 * softmax(α q kᵀ + mask) v, with fewer key heads than query heads if need be: query head h uses key
 * head ⌊h · K / H⌋, as in grouped-query attention. Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762; Ainslie et al. 2023, https://arxiv.org/abs/2305.13245
 *
 * If the mask is a constant of a traced program, blocks of queries are multiplied only with the
 * keys that one of them attends to: under a causal mask about half of all scores are computed.
 *
 * @param q B x H x T x D
 * @param k B x K x S x D, H a multiple of K
 * @param v B x K x S x D
 * @param mask added to the scores: T x S, or B x 1 x T x S; 0 to attend, −1e9 to hide. No gradient
 *   flows to it
 * @param scale of the scores, usually 1/√D
 * @returns B x H x T x D
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: number): Tensor {
  const [B, H, T, D] = q.shape as [number, number, number, number]
  const [, K, S] = k.shape as [number, number, number, number]
  const G = H / K
  const blocks =
    isTracing() && mask.rank === 2
      ? maskBlocks(mask)
      : [{ rows: T, rowStart: 0, keyStart: 0, keyEnd: S }]
  const queryRows = (x: Tensor, { rowStart, rows }: MaskBlock): Tensor =>
    sliceAxis(x.reshape([B * K, G, T, x.shape[3]!]), 2, rowStart, rowStart + rows)
  // The query heads of a group are stacked along time: one product computes them all.
  const fold = (x: Tensor, block: MaskBlock): Tensor =>
    queryRows(x, block).reshape([B, K, G * block.rows, x.shape[3]!])
  const unfold = (blockValues: readonly Tensor[]): Tensor =>
    concatenate(
      blockValues.map((x, i) => x.reshape([B * K, G, blocks[i]!.rows, D])),
      2,
    ).reshape(q.shape)
  const keyRows = (x: Tensor, { keyStart, keyEnd }: MaskBlock): Tensor =>
    sliceAxis(x, 2, keyStart, keyEnd)

  return withGradient([q, k, v], () => {
    const blockResults = blocks.map(block => {
      const scores = tf.matMul(fold(q, block).mul(scale), keyRows(k, block), false, true)
      const keys = block.keyEnd - block.keyStart
      const P = tf.softmax(
        clampScores(addMask(scores, sliceMask(mask, block), [B, K, G, block.rows, keys])),
      )
      return { P, y: tf.matMul(P, keyRows(v, block)) }
    })
    const y = unfold(blockResults.map(({ y }) => y))
    return {
      value: y,
      saved: [q, k, v, y, ...blockResults.map(({ P }) => P)],
      gradient: (dy, saved) => {
        const [q, k, v, y, ...weights] = saved as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]]
        // dS = P ∘ (dP − rowSum(P ∘ dP)), dP = dy vᵀ, rowSum(P ∘ dP) = rowSum(dy ∘ y). The
        // subtraction happens inside the product of dy and v, by one more column in each.
        const dyWithSum = tf.concat([dy, dy.mul(y).sum(-1, true).neg()], -1)
        const vWithOnes = tf.concat([v, tf.ones([B, K, S, 1])], -1)
        const gradients = blocks.map((block, i) => {
          const [dyBlock, kBlock] = [fold(dy, block), keyRows(k, block)]
          const P = weights[i]!
          const dScores = tf
            .matMul(fold(dyWithSum, block), keyRows(vWithOnes, block), false, true)
            .mul(P)
          return {
            dq: tf.matMul(dScores, kBlock).mul(scale),
            dk: padKeys(tf.matMul(dScores, fold(q, block).mul(scale), true), block, S),
            dv: padKeys(tf.matMul(P, dyBlock, true), block, S),
          }
        })
        const sum = (tensors: readonly Tensor[]): Tensor =>
          tensors.reduce((total, tensor) => total.add(tensor))
        return [
          unfold(gradients.map(({ dq }) => dq)),
          sum(gradients.map(({ dk }) => dk)),
          sum(gradients.map(({ dv }) => dv)),
        ]
      },
    }
  })
}

/** @param unfolded the scores' shape with groups apart: B x K x G x rows x keys */
function addMask(scores: Tensor, mask: Tensor, unfolded: number[]): Tensor {
  if (mask.rank === 2 && unfolded[2] === 1) return scores.add(mask)
  const spread = mask.rank === 2 ? mask : mask.reshape([mask.shape[0]!, 1, ...mask.shape.slice(1)])
  return scores.reshape(unfolded).add(spread).reshape(scores.shape)
}

/**
 * Native exponentials give denormal numbers for hidden scores, with which everything is slow: a
 * third of a step at dim 64. With e⁻⁵⁰ = 2e-22 of the largest weight hidden scores still count for
 * nothing, 15 digits below the last one of float32.
 */
export function clampScores(scores: Tensor): Tensor {
  return isTracing() ? scores.maximum(scores.max(-1, true).sub(50)) : scores
}

/** The part of a mask that a block of queries uses. */
function sliceMask(mask: Tensor, { rowStart, rows, keyStart, keyEnd }: MaskBlock): Tensor {
  return mask.rank === 2
    ? sliceAxis(sliceAxis(mask, 0, rowStart, rowStart + rows), 1, keyStart, keyEnd)
    : mask
}

/** Pads a block's keys with zeros to all keys. */
function padKeys(x: Tensor, { keyStart, keyEnd }: MaskBlock, S: number): Tensor {
  return keyEnd - keyStart === S
    ? x
    : tf.pad(x, [
        [0, 0],
        [0, 0],
        [keyStart, S - keyEnd],
        [0, 0],
      ])
}

function sliceAxis(x: Tensor, axis: number, start: number, end: number): Tensor {
  if (end - start === x.shape[axis]) return x
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((length, i) => (i === axis ? end - start : length)),
  )
}

function concatenate(tensors: readonly Tensor[], axis: number): Tensor {
  return tensors.length === 1 ? tensors[0]! : tf.concat([...tensors], axis)
}
