import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/**
 * Rows of the identity matrix, in float32.
 *
 * By way of int32: on wasm tfjs 4.22's own `oneHot` writes whole numbers into a float32 tensor,
 * which read as 0.
 *
 * @param ids n, int32
 * @returns n x depth
 */
export function oneHot(ids: Tensor, depth: number): Tensor {
  return tf.oneHot(ids as tf.Tensor1D, depth).cast('float32')
}
