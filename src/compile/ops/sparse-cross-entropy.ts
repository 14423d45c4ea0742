import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
import { oneHot } from './one-hot.js'
import { withGradient } from './with-gradient.js'

/**
 * −log softmax(logits)[label] for each row: loss and gradient, softmax − onehot, from one softmax.
 *
 * @param logits n x V
 * @param labels n, int32, each in 0..V−1; a row to be left out takes any label and a weight of 0
 *   afterwards
 * @returns n losses in nats
 */
export function sparseCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return withGradient([logits], () => {
    const [losses, slope] = lossesAndSlope(logits, labels)
    return {
      value: losses,
      saved: [slope],
      gradient: (dy, [slope]) => [slope!.mul(dy.expandDims(1))],
    }
  })
}

function lossesAndSlope(logits: Tensor, labels: Tensor): [Tensor, Tensor] {
  if (isTracing())
    return tf.engine().runKernel('SparseXent', { logits, labels }) as unknown as [Tensor, Tensor]
  const logProbabilities = tf.logSoftmax(logits)
  const hot = oneHot(labels, logits.shape[1]!)
  return [logProbabilities.mul(hot).sum(1).neg(), logProbabilities.exp().sub(hot)]
}
