import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { fuses } from '../trace/backend.js'
import { attention, floored } from './attention.js'
import { rotary } from './rotary.js'

/** Keys and values of the tokens before, B x K x P x D each. */
export interface Cache {
  readonly keys: Tensor
  readonly values: Tensor
}

export interface CachedAttentionOptions {
  /** Of the scores, usually 1/√D. */
  readonly scale: number
  /** A token sees itself and the `window` − 1 tokens before it; all of them when left out. */
  readonly window?: number
  /** Nothing is in the cache yet, so that nothing of it is looked at: the tokens stand at 0. */
  readonly empty?: boolean
}

/**
 * Attention of tokens to those before them, whose keys and values a cache holds, and to themselves.
 * Each row has a length of its own. No gradient flows through it.
 *
 * The cache is read as it was before, so that an engine may write the new keys and values into its
 * memory afterwards.
 *
 * @param q  B x T x H x D
 * @param k  B x T x K x D, H a multiple of K
 * @param v  B x T x K x D
 * @param at [B] int32: where a row's first token stands; there are T places from there on in the
 *   cache
 * @returns the mix, B x T x H x D, and the cache with the new keys and values. Those of padding, at
 *   a row's end, are never seen:
 *           the tokens that come later take their places
 */
export function cachedAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  at: Tensor,
  options: CachedAttentionOptions,
): { readonly mixed: Tensor } & Cache {
  const [queries, keys, values] = [q, k, v].map(x => x.transpose([0, 2, 1, 3])) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  const cells = cellsOf(placesOf(at, q.shape[1]!), k.shape[2]!)
  const mixed = options.empty
    ? amongThemselves(queries, keys, values, options)
    : (q.shape[1] === 1 ? ofOne : ofSeveral)(queries, keys, values, cache, at, options)
  return {
    mixed: mixed.transpose([0, 2, 1, 3]),
    keys: tf.tensorScatterUpdate(cache.keys, cells, keys),
    values: tf.tensorScatterUpdate(cache.values, cells, values),
  }
}

/** Attention of tokens to each other, B x H x T x D. */
function amongThemselves(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const length = q.shape[2]!
  return attention(q, k, v, tf.tensor(visibility(length, window), [length, length]).mul(1e9), scale)
}

/**
 * Attention of one token a row, B x H x 1 x D: a row of scores for each head, and what it has to
 * say of itself as a number and a vector.
 */
function ofOne(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  at: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const [rows, keyHeads, positions, width] = cache.keys.shape as [number, number, number, number]
  const queries = q.reshape([rows, keyHeads, q.shape[1]! / keyHeads, width]).mul(scale)
  const own = queries.mul(k).sum(-1, true)
  // As `floored`, below its own score instead of the largest, which would have to be looked for
  const before = tf
    .matMul(queries, cache.keys, false, true)
    .add(maskOf(at, positions, 1, window).reshape([rows, 1, 1, positions]))
    .maximum(own.sub(50))
  const [seen, itself] = tf.split(tf.softmax(tf.concat([before, own], -1)), [positions, 1], -1) as [
    Tensor,
    Tensor,
  ]
  return tf.matMul(seen, cache.values).add(itself.mul(v)).reshape(q.shape)
}

/** Attention of several tokens a row, B x H x T x D. */
function ofSeveral(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: Cache,
  at: Tensor,
  { scale, window = Infinity }: CachedAttentionOptions,
): Tensor {
  const [rows, keyHeads, positions, width] = cache.keys.shape as [number, number, number, number]
  const [, heads, length] = q.shape as [number, number, number]
  const group = heads / keyHeads
  const queries = q.reshape([rows, keyHeads, group * length, width])
  const scored = (keys: Tensor): Tensor => tf.matMul(queries.mul(scale), keys, false, true)
  const scores = tf.concat([scored(cache.keys), scored(k)], -1)
  const among = tf.tensor(visibility(length, window), [1, 1, 1, length, length]).mul(1e9)
  const mask = tf.concat(
    [maskOf(at, positions, length, window), tf.tile(among, [rows, 1, 1, 1, 1])],
    -1,
  )
  const weights = tf.softmax(
    floored(
      scores
        .reshape([rows, keyHeads, group, length, positions + length])
        .add(mask)
        .reshape(scores.shape),
    ),
  )
  const [before, fresh] = tf.split(weights, [positions, length], -1) as [Tensor, Tensor]
  return tf.matMul(before, cache.values).add(tf.matMul(fresh, v)).reshape(q.shape)
}

/**
 * Rotary position embedding of tokens that stand anywhere.
 *
 * @param x   B x T x H x D
 * @param cos P x D, its two halves equal
 * @param sin like cos
 * @param at  [B] int32: where a row's first token stands
 */
export function rotaryAt(x: Tensor, cos: Tensor, sin: Tensor, at: Tensor): Tensor {
  const [rows, length, , width] = x.shape as [number, number, number, number]
  const places = placesOf(at, length)
  if (fuses('RotaryAt'))
    return tf.engine().runKernel('RotaryAt', { x, cos, sin, at: places }) as Tensor
  const standing = (table: Tensor): Tensor =>
    tf.gather(table, places.reshape([-1]) as tf.Tensor1D).reshape([rows, length, 1, width])
  return rotary(x, standing(cos), standing(sin))
}

/** Where tokens stand, of which the first of each row stands at `at`. @returns [B, T] int32 */
export function placesOf(at: Tensor, length: number): Tensor {
  return length === 1 ? at.expandDims(1) : tf.add(at.expandDims(1), tf.range(0, length, 1, 'int32'))
}

/**
 * Of the cache's places: 0 for those that a token sees, −1e9 or less for the others. @returns B x 1
 * x 1 x T x P
 */
function maskOf(at: Tensor, positions: number, length: number, window: number): Tensor {
  const first = at.cast('float32').reshape([at.shape[0]!, 1, 1, 1, 1])
  const slots = tf.range(0, positions)
  const filled = tf.minimum(first.sub(1).sub(slots), 0)
  const after = tf.range(0, length).reshape([1, 1, 1, length, 1])
  const near = tf.minimum(slots.sub(first.add(after)).add(window - 1), 0)
  return (window < positions ? filled.add(near) : tf.tile(filled, [1, 1, 1, length, 1])).mul(1e9)
}

/**
 * Of tokens that stand side by side: 0 where one sees another, −1 where it doesn't. @returns T x T
 */
function visibility(length: number, window: number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, i) => {
    const back = Math.floor(i / length) - (i % length)
    return back >= 0 && back < window ? 0 : -1
  })
}

/** Where the keys of each row, head and token are in a cache, B x K x T x 3. */
function cellsOf(places: Tensor, keyHeads: number): Tensor {
  const [rows, length] = places.shape as [number, number]
  const shape = [rows, keyHeads, length]
  const counted = (of: (i: number) => number): Tensor =>
    tf.tensor(
      Int32Array.from({ length: rows * keyHeads * length }, (_, i) => of(i)),
      shape,
      'int32',
    )
  const row = counted(i => Math.floor(i / (keyHeads * length)))
  const head = counted(i => Math.floor(i / length) % keyHeads)
  return tf.stack([row, head, tf.tile(places.reshape([rows, 1, length]), [1, keyHeads, 1])], -1)
}
