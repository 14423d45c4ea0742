import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { fuses } from '../trace/backend.js'
import { floored } from './attention.js'
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
}

/**
 * Attention of tokens to those before them, whose keys and values a cache holds, and to themselves. Each row has a length of its
 * own. No gradient flows through it.
 *
 * The cache is read as it was before, so that an engine may write the new keys and values into its memory afterwards.
 *
 * @param q  B x T x H x D
 * @param k  B x T x K x D, H a multiple of K
 * @param v  B x T x K x D
 * @param at [B] int32: where a row's first token stands; there are T places from there on in the cache
 * @returns  the mix, B x T x H x D, and the cache with the new keys and values. Those of padding, at a row's end, are never seen:
 *           the tokens that come later take their places
 */
export function cachedAttention(q: Tensor, k: Tensor, v: Tensor, cache: Cache, at: Tensor, { scale, window = Infinity }: CachedAttentionOptions): { readonly mixed: Tensor } & Cache {
  const [rows, length, heads, width] = q.shape as [number, number, number, number]
  const [, keyHeads, positions] = cache.keys.shape as [number, number, number]
  const group = heads / keyHeads
  const byHead = (x: Tensor): Tensor => x.transpose([0, 2, 1, 3])
  const [queries, keys, values] = [byHead(q).reshape([rows, keyHeads, group * length, width]), byHead(k), byHead(v)]
  const scored = (keys: Tensor): Tensor => tf.matMul(queries.mul(scale), keys, false, true)
  // A token and itself: many products of two vectors are one of tensors
  const own = length === 1 ? queries.mul(keys).sum(-1, true).mul(scale) : scored(keys)
  const scores = tf.concat([scored(cache.keys), own], -1)
  const open = [rows, keyHeads, group, length, positions + length]
  const masked = scores.reshape(open).add(maskOf(at, positions, length, window)).reshape(scores.shape)
  const weights = tf.softmax(floored(masked))
  const [before, fresh] = tf.split(weights, [positions, length], -1) as [Tensor, Tensor]
  const mixed = tf.matMul(before, cache.values).add(length === 1 ? fresh.mul(values) : tf.matMul(fresh, values))
  const cells = cellsOf(placesOf(at, length), keyHeads)
  return {
    mixed: byHead(mixed.reshape([rows, heads, length, width])),
    keys: tf.tensorScatterUpdate(cache.keys, cells, keys),
    values: tf.tensorScatterUpdate(cache.values, cells, values),
  }
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
  if (fuses('RotaryAt')) return tf.engine().runKernel('RotaryAt', { x, cos, sin, at: places }) as Tensor
  const standing = (table: Tensor): Tensor => tf.gather(table, places.reshape([-1]) as tf.Tensor1D).reshape([rows, length, 1, width])
  return rotary(x, standing(cos), standing(sin))
}

/** Where tokens stand, of which the first of each row stands at `at`. @returns [B, T] int32 */
export function placesOf(at: Tensor, length: number): Tensor {
  return length === 1 ? at.expandDims(1) : tf.add(at.expandDims(1), tf.range(0, length, 1, 'int32'))
}

/** 0 for what a token sees, −1e9 or less for what it doesn't: the cache's places, then the tokens themselves. @returns B x 1 x 1 x T or 1 x P + T */
function maskOf(at: Tensor, positions: number, length: number, window: number): Tensor {
  const rows = at.shape[0]!
  const first = at.cast('float32').reshape([rows, 1, 1, 1, 1])
  const slots = tf.range(0, positions)
  const filled = tf.minimum(first.sub(1).sub(slots), 0)
  const after = tf.range(0, length).reshape([1, 1, 1, length, 1])
  const near = tf.minimum(slots.sub(first.add(after)).add(window - 1), 0)
  const cached = window < positions ? filled.add(near) : tf.tile(filled, [1, 1, 1, length, 1])
  const among = Float32Array.from({ length: length * length }, (_, i) => {
    const back = Math.floor(i / length) - (i % length)
    return back >= 0 && back < window ? 0 : -1
  })
  return tf.concat([cached, tf.tile(tf.tensor(among, [1, 1, 1, length, length]), [rows, 1, 1, 1, 1])], -1).mul(1e9)
}

/** Where the keys of each row, head and token are in a cache, B x K x T x 3. */
function cellsOf(places: Tensor, keyHeads: number): Tensor {
  const [rows, length] = places.shape as [number, number]
  const shape = [rows, keyHeads, length]
  const counted = (of: (i: number) => number): Tensor => tf.tensor(Int32Array.from({ length: rows * keyHeads * length }, (_, i) => of(i)), shape, 'int32')
  const row = counted(i => Math.floor(i / (keyHeads * length)))
  const head = counted(i => Math.floor(i / length) % keyHeads)
  return tf.stack([row, head, tf.tile(places.reshape([rows, 1, length]), [1, keyHeads, 1])], -1)
}
