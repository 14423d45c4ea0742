import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'

/**
 * Inverted dropout by a counter-based mask: the same bits whichever engine runs it, and the same
 * rows whichever rows are computed beside them. Element i of a row is kept when the first 24 bits
 * of hash(hash(key ^ site) + i · 0x9e3779b1) are not below rate · 2²⁴.
 *
 * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014;
 * counters in the place of a generator's state: Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", 2011.
 *
 * @param x [rows · n, ...], or any shape that is as many equal parts as there are keys, one behind
 *   the other
 * @param keys [rows] int32, one for each part
 * @param rate scalar in [0, 1)
 * @param site where in the program: other sites draw other masks from the same keys
 */
export function dropout(x: Tensor, keys: Tensor, rate: Tensor, site: string): Tensor {
  return tf.mul(x, mask(x.shape, keys, rate, mix(stringHash(site))))
}

/** 0 where an element is dropped, 1 / (1 − rate) where it is kept. */
function mask(shape: number[], keys: Tensor, rate: Tensor, site: number): Tensor {
  if (isTracing())
    return tf
      .engine()
      .runKernel('DropoutMask', { keys, rate }, { shape, site }) as unknown as Tensor
  const [values, limit] = [keys.dataSync(), rate.dataSync()[0]!]
  const size = shape.reduce((product, extent) => product * extent, 1)
  const each = size / values.length
  const kept = Math.fround(1 / Math.fround(1 - limit))
  const data = new Float32Array(size)
  for (const [row, key] of values.entries()) {
    const start = mix(key ^ site)
    for (let i = 0; i < each; i++)
      data[row * each + i] = (mix(start + Math.imul(i, STRIDE)) >>> 8) / 2 ** 24 < limit ? 0 : kept
  }
  return tf.tensor(data, shape)
}

/**
 * A 32-bit integer hash whose multipliers stay below 2³¹, so that engines with 64-bit integers
 * alone compute it exactly.
 */
export function mix(x: number): number {
  let h = x >>> 0
  h = Math.imul((h >>> 16) ^ h, MULTIPLIER) >>> 0
  h = Math.imul((h >>> 16) ^ h, MULTIPLIER) >>> 0
  return ((h >>> 16) ^ h) | 0
}

/** Of Thomas Mueller's hash, as found by a search for the best avalanche. */
export const MULTIPLIER = 0x45d9f3b
/** 2³² divided by the golden ratio. */
export const STRIDE = 0x9e3779b1

/** FNV-1a. */
function stringHash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h
}
