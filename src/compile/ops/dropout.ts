// Notation:
//   keys  [rows]      one key for each row           rate  probability of dropping an element
//   site  32-bit hash of a place in the program      i     index of an element within its row
//   u(i)  = hash(hash(key ^ site) + i · GOLDEN) ⋙ 8, uniform in 0 … 2²⁴ − 1
//   mask(i) = u(i) < rate · 2²⁴ ? 0 : 1 / (1 − rate)
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { elementCount } from '../../util/element-count.js'
import { isTracing } from '../trace/backend.js'

/**
 * Inverted dropout by a counter-based mask: every engine computes the same bits, and a row's mask
 * does not depend on the rows beside it.
 *
 * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014;
 * counters instead of a generator's state: Salmon et al., "Parallel random numbers: as easy as 1,
 * 2, 3", 2011.
 *
 * @param x [rows · n, ...], or any shape whose elements divide into as many equal rows as there are
 *   keys
 * @param keys [rows] int32
 * @param rate scalar in [0, 1)
 * @param site name of the place in the program: other sites draw other masks from the same keys
 */
export function dropout(x: Tensor, keys: Tensor, rate: Tensor, site: string): Tensor {
  return tf.mul(x, dropoutMask(x.shape, keys, rate, mix(stringHash(site))))
}

function dropoutMask(shape: number[], keys: Tensor, rate: Tensor, site: number): Tensor {
  if (isTracing())
    return tf
      .engine()
      .runKernel('DropoutMask', { keys, rate }, { shape, site }) as unknown as Tensor
  const [keyValues, rateValue] = [keys.dataSync(), rate.dataSync()[0]!]
  const size = elementCount(shape)
  const rowElements = size / keyValues.length
  const keepScale = Math.fround(1 / Math.fround(1 - rateValue))
  const data = new Float32Array(size)
  for (const [row, key] of keyValues.entries()) {
    const start = mix(key ^ site)
    for (let i = 0; i < rowElements; i++) {
      const u = mix(start + Math.imul(i, GOLDEN)) >>> 8
      data[row * rowElements + i] = u / 2 ** 24 < rateValue ? 0 : keepScale
    }
  }
  return tf.tensor(data, shape)
}

/**
 * A 32-bit integer hash whose multiplier is below 2³¹, so that engines that have only 64-bit
 * integers compute it exactly.
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
export const GOLDEN = 0x9e3779b1

/** FNV-1a. */
function stringHash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h
}
