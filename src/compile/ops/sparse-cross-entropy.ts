// Notation: z = logits  n x V, t = labels  [n]
//   p = softmax(z)    loss = −log p[t]    d loss/dz = p − onehot(t)
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
import { oneHot } from './one-hot.js'
import { withGradient } from './with-gradient.js'

/**
 * −log softmax(logits)[label] for each row: loss and gradient from one softmax.
 *
 * @param logits n x V
 * @param labels n, int32, each in 0..V−1; a row to be ignored has any label, and a loss mask of 0
 *   afterwards
 * @returns n losses in nats
 */
export function sparseCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return withGradient([logits], () => {
    const [losses, derivative] = lossesAndDerivative(logits, labels)
    return {
      value: losses,
      saved: [derivative],
      gradient: (dy, [derivative]) => [derivative!.mul(dy.expandDims(1))],
    }
  })
}

/** @returns losses [n], and d loss/d logits, n x V */
function lossesAndDerivative(logits: Tensor, labels: Tensor): [Tensor, Tensor] {
  if (isTracing())
    return tf.engine().runKernel('SparseCrossEntropy', { logits, labels }) as unknown as [
      Tensor,
      Tensor,
    ]
  const logProbabilities = tf.logSoftmax(logits)
  const labelRows = oneHot(labels, logits.shape[1]!)
  return [logProbabilities.mul(labelRows).sum(1).neg(), logProbabilities.exp().sub(labelRows)]
}
