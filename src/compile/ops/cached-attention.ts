// Notation:
//   B  batch rows      H  query heads     T  tokens of a row in this call
//   P  cache length    K  key heads       D  width of a head
//   q  B x T x H x D   k, v  B x T x K x D   cache.keys, cache.values  B x K x P x D
//   offsets  [B], the position of each row's first token; token t of row b is at offsets[b] + t
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { hasFusedKernel } from '../trace/backend.js'
import { attention, clampScores } from './attention.js'
import { rotary } from './rotary.js'

/** Keys and values of earlier tokens, B x K x P x D each. */
export interface Cache {
  readonly keys: Tensor
  readonly values: Tensor
}

export interface CachedAttentionOptions {
  /** Of the scores, usually 1/√D. */
  readonly scale: number
  /** A token attends to itself and the `window` − 1 tokens before it; to all when left out. */
  readonly window?: number
  /** The cache is empty and not read: the tokens begin at position 0. */
  readonly empty?: boolean
}

/**
 * Attention of tokens to themselves and to the earlier tokens of their row, whose keys and values
 * are in a cache. Each row has its own length. No gradient flows through it.
 *
 * The cache is read before the update, so that an engine may write the new keys and values into its
 * memory afterwards.
 *
 * @param q B x T x H x D
 * @param k B x T x K x D, H a multiple of K
 * @param v B x T x K x D
 * @param offsets [B] int32: position of a row's first token; offsets + T ≤ P
 * @returns the weighted values, B x T x H x D, and the cache with the new keys and values. Those of
 *   padding at a row's end are never used: the next tokens overwrite them
 */
export function cachedAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  offsets: Tensor,
  options: CachedAttentionOptions,
): { readonly mixed: Tensor } & Cache {
  const [queries, keys, values] = [q, k, v].map(x => x.transpose([0, 2, 1, 3])) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  const indices = cacheIndices(tokenPositions(offsets, q.shape[1]!), k.shape[2]!)
  const mixed = options.empty
    ? attentionWithoutCache(queries, keys, values, options)
    : q.shape[1] === 1
      ? singleTokenAttention(queries, keys, values, cache, offsets, options)
      : tokensAttention(queries, keys, values, cache, offsets, options)
  return {
    mixed: mixed.transpose([0, 2, 1, 3]),
    keys: tf.tensorScatterUpdate(cache.keys, indices, keys),
    values: tf.tensorScatterUpdate(cache.values, indices, values),
  }
}

/** Attention of tokens to each other. @returns B x H x T x D */
function attentionWithoutCache(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const T = q.shape[2]!
  return attention(q, k, v, tf.tensor(causalMask(T, window), [T, T]).mul(1e9), scale)
}

/**
 * Attention of one token a row. The token's own score is one number and its value one vector, so
 * its own share needs no product.
 *
 * @returns B x H x 1 x D
 */
function singleTokenAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  offsets: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const [B, K, P, D] = cache.keys.shape as [number, number, number, number]
  const queries = q.reshape([B, K, q.shape[1]! / K, D]).mul(scale)
  const ownScores = queries.mul(k).sum(-1, true)
  // As `clampScores`, but relative to the own score: the maximum would take a pass over the scores.
  const cacheScores = tf
    .matMul(queries, cache.keys, false, true)
    .add(cacheMask(offsets, P, 1, window).reshape([B, 1, 1, P]))
    .maximum(ownScores.sub(50))
  const weights = tf.softmax(tf.concat([cacheScores, ownScores], -1))
  const [cacheWeights, ownWeights] = tf.split(weights, [P, 1], -1) as [Tensor, Tensor]
  return tf.matMul(cacheWeights, cache.values).add(ownWeights.mul(v)).reshape(q.shape)
}

/** Attention of several tokens a row. @returns B x H x T x D */
function tokensAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  offsets: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const [B, K, P, D] = cache.keys.shape as [number, number, number, number]
  const [, H, T] = q.shape as [number, number, number]
  const G = H / K // heads that share a key head
  const queries = q.reshape([B, K, G * T, D])
  const scoresOfKeys = (keys: Tensor): Tensor => tf.matMul(queries.mul(scale), keys, false, true)
  const scores = tf.concat([scoresOfKeys(cache.keys), scoresOfKeys(k)], -1)
  const tokenMask = tf.tensor(causalMask(T, window), [1, 1, 1, T, T]).mul(1e9)
  const mask = tf.concat(
    [cacheMask(offsets, P, T, window), tf.tile(tokenMask, [B, 1, 1, 1, 1])],
    -1,
  )
  const weights = tf.softmax(
    clampScores(
      scores
        .reshape([B, K, G, T, P + T])
        .add(mask)
        .reshape(scores.shape),
    ),
  )
  const [cacheWeights, tokenWeights] = tf.split(weights, [P, T], -1) as [Tensor, Tensor]
  return tf.matMul(cacheWeights, cache.values).add(tf.matMul(tokenWeights, v)).reshape(q.shape)
}

/**
 * Rotary position embedding of tokens at any positions.
 *
 * @param x B x T x H x D
 * @param cos P x D, its two halves equal
 * @param sin like cos
 * @param offsets [B] int32: position of a row's first token
 */
export function rotaryAt(x: Tensor, cos: Tensor, sin: Tensor, offsets: Tensor): Tensor {
  const [B, T, , D] = x.shape as [number, number, number, number]
  const positions = tokenPositions(offsets, T)
  if (hasFusedKernel('RotaryAtPositions'))
    return tf.engine().runKernel('RotaryAtPositions', { x, cos, sin, positions }) as Tensor
  const tableRows = (table: Tensor): Tensor =>
    tf.gather(table, positions.reshape([-1]) as tf.Tensor1D).reshape([B, T, 1, D])
  return rotary(x, tableRows(cos), tableRows(sin))
}

/** @returns the positions of T tokens a row, B x T int32 */
export function tokenPositions(offsets: Tensor, T: number): Tensor {
  return T === 1 ? offsets.expandDims(1) : tf.add(offsets.expandDims(1), tf.range(0, T, 1, 'int32'))
}

/** @returns B x 1 x 1 x T x P: 0 where a token attends to a cache position, else ≤ −1e9 */
function cacheMask(offsets: Tensor, P: number, T: number, window: number): Tensor {
  const first = offsets.cast('float32').reshape([offsets.shape[0]!, 1, 1, 1, 1])
  const positions = tf.range(0, P)
  const written = tf.minimum(first.sub(1).sub(positions), 0)
  const tokens = tf.range(0, T).reshape([1, 1, 1, T, 1])
  const inWindow = tf.minimum(positions.sub(first.add(tokens)).add(window - 1), 0)
  return (window < P ? written.add(inWindow) : tf.tile(written, [1, 1, 1, T, 1])).mul(1e9)
}

/** @returns T x T: 0 where a token attends to another of the same call, else −1 */
function causalMask(T: number, window: number): Float32Array {
  return Float32Array.from({ length: T * T }, (_, i) => {
    const distance = Math.floor(i / T) - (i % T)
    return distance >= 0 && distance < window ? 0 : -1
  })
}

/** @param positions B x T @returns index tuples (row, head, position) of a cache, B x K x T x 3 */
function cacheIndices(positions: Tensor, K: number): Tensor {
  const [B, T] = positions.shape as [number, number]
  const constant = (value: (i: number) => number): Tensor =>
    tf.tensor(
      Int32Array.from({ length: B * K * T }, (_, i) => value(i)),
      [B, K, T],
      'int32',
    )
  const row = constant(i => Math.floor(i / (K * T)))
  const head = constant(i => Math.floor(i / T) % K)
  return tf.stack([row, head, tf.tile(positions.reshape([B, 1, T]), [1, K, 1])], -1)
}
