// Notation: table  V x D, ids of any shape
//   y[i] = table[ids[i]]    dtable[v] = Σ dy[i] over all i with ids[i] = v
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { oneHot } from './one-hot.js'
import { withGradient } from './with-gradient.js'

/**
 * Rows of a table. Its gradient works on every backend; that of tfjs's `gather` fails on wasm.
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
      const [V, D] = table.shape as [number, number]
      const flatIds = ids!.reshape([-1]) as tf.Tensor1D
      return [sumByRow(dy.reshape([-1, D]), flatIds, V)]
    },
  }))
}

function sumByRow(updates: Tensor, ids: tf.Tensor1D, V: number): Tensor {
  if (tf.getKernel('UnsortedSegmentSum', tf.getBackend()))
    return tf.unsortedSegmentSum(updates, ids, V)
  return tf.matMul(oneHot(ids, V), updates, true)
}
