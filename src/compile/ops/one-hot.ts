import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/**
 * Rows of the identity matrix, in float32.
 *
 * Computed in int32 first: on wasm, tfjs 4.22's `oneHot` writes integers into a float32 tensor,
 * which read as 0.
 *
 * @param ids n, int32
 * @returns n x depth
 */
export function oneHot(ids: Tensor, depth: number): Tensor {
  return tf.oneHot(ids as tf.Tensor1D, depth).cast('float32')
}
