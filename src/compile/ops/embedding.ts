import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { oneHot } from './one-hot.js'
import { withGradient } from './with-gradient.js'

/**
 * Rows of a table. Its gradient works on every backend, where tfjs's own `gather` has none on wasm.
 *
 * @param table V x D
 * @param ids int32, any shape, each in 0..V−1
 * @returns ids' shape x D
 */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  return withGradient([table], () => ({
    value: tf.gather(table, ids),
    saved: [ids],
    gradient: (dy, [ids]) => {
      const [rows, width] = table.shape as [number, number]
      const flatIds = ids!.reshape([-1]) as tf.Tensor1D
      return [sumByRow(dy.reshape([-1, width]), flatIds, rows)]
    },
  }))
}

function sumByRow(updates: Tensor, ids: tf.Tensor1D, rows: number): Tensor {
  if (tf.getKernel('UnsortedSegmentSum', tf.getBackend()))
    return tf.unsortedSegmentSum(updates, ids, rows)
  return tf.matMul(oneHot(ids, rows), updates, true)
}
