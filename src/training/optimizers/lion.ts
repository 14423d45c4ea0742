import * as tf from '@tensorflow/tfjs'
import { decays, type OptimizerRule } from './optimizer.js'

const BETA1 = 0.9
const BETA2 = 0.99

/**
 * Lion: the sign of a momentum, with decoupled decay. Its learning rates are three to ten times
 * smaller than Adam's.
 *
 * Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, program 1.
 */
export const lion: OptimizerRule = {
  scalars: (_step, { learningRate, weightDecay }) => ({
    rate: learningRate,
    keep: 1 - learningRate * weightDecay,
  }),
  moments: shape => ({ m: shape }),
  begin(scale, inputs) {
    return ({ weight, gradient, moment }) => {
      const clipped = tf.mul(gradient, scale)
      const direction = tf.sign(tf.add(tf.mul(moment('m'), BETA1), tf.mul(clipped, 1 - BETA1)))
      const kept = decays(weight.shape) ? tf.mul(weight, inputs['keep']!) : weight
      return {
        weight: tf.sub(kept, tf.mul(direction, inputs['rate']!)),
        m: tf.add(tf.mul(moment('m'), BETA2), tf.mul(clipped, 1 - BETA2)),
      }
    }
  },
}
