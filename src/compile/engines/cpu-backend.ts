import * as tf from '@tensorflow/tfjs'

/**
 * tfjs's plain JavaScript backend, without its greeting that advises Node users to install
 * tfjs-node.
 */
export function cpuBackend(): tf.KernelBackend {
  const cpu = tf.findBackend('cpu') as tf.KernelBackend & { firstUse: boolean }
  cpu.firstUse = false
  return cpu
}
