import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
import { spansOf } from './spans.js'
import type { Span } from './spans.js'
import { withGradient } from './with-gradient.js'

/**
 * softmax(scale · q kᵀ + mask) v, with fewer key and value heads than query heads if need be: query
 * head h looks at key head ⌊h · K / H⌋, as grouped-query attention does. Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762; Ainslie et al. 2023, https://arxiv.org/abs/2305.13245
 *
 * Where the mask is a constant of a traced program, blocks of queries meet only the keys that one
 * of them sees: under a causal mask little more than half of all scores are computed.
 *
 * @param q B x H x T x D
 * @param k B x K x S x D, H a multiple of K
 * @param v B x K x S x D
 * @param mask added to the scores: T x S, or B x 1 x T x S; 0 to see, −1e9 not to. No gradient
 *   flows to it
 * @param scale of the scores, usually 1/√D
 * @returns B x H x T x D
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: number): Tensor {
  const [batch, heads, length, width] = q.shape as [number, number, number, number]
  const [, keyHeads, positions] = k.shape as [number, number, number, number]
  const group = heads / keyHeads
  const spans =
    isTracing() && mask.rank === 2
      ? spansOf(mask)
      : [{ rows: length, rowStart: 0, keyStart: 0, keyEnd: positions }]
  // A group's query heads are stacked along time, so that one product serves them all.
  const fold = (x: Tensor, { rowStart, rows }: Span): Tensor =>
    along(
      x.reshape([batch * keyHeads, group, length, width]),
      2,
      rowStart,
      rowStart + rows,
    ).reshape([batch, keyHeads, group * rows, width])
  const unfold = (parts: readonly Tensor[]): Tensor =>
    joined(
      parts.map((part, i) => part.reshape([batch * keyHeads, group, spans[i]!.rows, width])),
      2,
    ).reshape(q.shape)
  const seen = (x: Tensor, { keyStart, keyEnd }: Span): Tensor => along(x, 2, keyStart, keyEnd)

  return withGradient([q, k, v], () => {
    const parts = spans.map(span => {
      const scores = tf.matMul(fold(q, span).mul(scale), seen(k, span), false, true)
      const weights = tf.softmax(
        floored(
          masked(scores, visible(mask, span), [
            batch,
            keyHeads,
            group,
            span.rows,
            span.keyEnd - span.keyStart,
          ]),
        ),
      )
      return { weights, value: tf.matMul(weights, seen(v, span)) }
    })
    const value = unfold(parts.map(part => part.value))
    return {
      value,
      saved: [q, k, v, value, ...parts.map(({ weights }) => weights)],
      gradient: (dy, saved) => {
        const [q, k, v, value, ...weights] = saved as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]]
        // Σ_s weights · dWeights = dy · value, row by row: subtracted inside the product of dy and
        // v, by a column more on each side.
        const away = tf.concat([dy, dy.mul(value).sum(-1, true).neg()], -1)
        const ones = tf.concat([v, tf.ones([batch, keyHeads, positions, 1])], -1)
        const slopes = spans.map((span, i) => {
          const [dValue, keys] = [fold(dy, span), seen(k, span)]
          const widened = along(
            away.reshape([batch * keyHeads, group, length, width + 1]),
            2,
            span.rowStart,
            span.rowStart + span.rows,
          )
          const dScores = tf
            .matMul(
              widened.reshape([batch, keyHeads, group * span.rows, width + 1]),
              seen(ones, span),
              false,
              true,
            )
            .mul(weights[i]!)
          return {
            q: tf.matMul(dScores, keys).mul(scale),
            k: placed(tf.matMul(dScores, fold(q, span).mul(scale), true), span, positions),
            v: placed(tf.matMul(weights[i]!, dValue, true), span, positions),
          }
        })
        const sum = (tensors: readonly Tensor[]): Tensor =>
          tensors.reduce((total, tensor) => total.add(tensor))
        return [
          unfold(slopes.map(slope => slope.q)),
          sum(slopes.map(slope => slope.k)),
          sum(slopes.map(slope => slope.v)),
        ]
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
 * Native exponentials give denormal numbers for what a mask hides, with which everything is slow: a
 * third of a step at dim 64. With e⁻⁵⁰ = 2e-22 of the largest weight hidden scores still count for
 * nothing, 15 digits below the last one of float32.
 */
export function floored(scores: Tensor): Tensor {
  return isTracing() ? scores.maximum(scores.max(-1, true).sub(50)) : scores
}

/** The part of a mask that a block of queries meets. */
function visible(mask: Tensor, { rowStart, rows, keyStart, keyEnd }: Span): Tensor {
  return mask.rank === 2
    ? along(along(mask, 0, rowStart, rowStart + rows), 1, keyStart, keyEnd)
    : mask
}

/** A block's keys in their place among all. */
function placed(x: Tensor, { keyStart, keyEnd }: Span, positions: number): Tensor {
  return keyEnd - keyStart === positions
    ? x
    : tf.pad(x, [
        [0, 0],
        [0, 0],
        [keyStart, positions - keyEnd],
        [0, 0],
      ])
}

function along(x: Tensor, axis: number, from: number, to: number): Tensor {
  if (to - from === x.shape[axis]) return x
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? from : 0)),
    x.shape.map((length, i) => (i === axis ? to - from : length)),
  )
}

function joined(parts: readonly Tensor[], axis: number): Tensor {
  return parts.length === 1 ? parts[0]! : tf.concat([...parts], axis)
}
