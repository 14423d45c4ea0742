import * as tf from '@tensorflow/tfjs'
import { decays, type OptimizerRule } from './optimizer.js'

const BETA1 = 0.9
const BETA2 = 0.99

/**
 * Lion: the sign of a momentum, with decoupled weight decay. Its learning rates are three to ten
 * times smaller than Adam's.
 *
 * With θ a weight, `g` its gradient after clipping, `m` a moving average of g, both of θ's shape,
 * η the learning rate and λ the weight decay:
 *
 * u = sign(β₁ m + (1 − β₁) g), θ ← (1 − η λ) θ − η u, m ← β₂ m + (1 − β₂) g
 *
 * Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, program 1.
 */
export const lion: OptimizerRule = {
  scalars: (_step, { learningRate, weightDecay }) => ({
    rate: learningRate,
    decayFactor: 1 - learningRate * weightDecay,
  }),
  moments: shape => ({ m: shape }),
  begin(scale, inputs) {
    return ({ weight, gradient, moment }) => {
      const g = tf.mul(gradient, scale)
      const u = tf.sign(tf.add(tf.mul(moment('m'), BETA1), tf.mul(g, 1 - BETA1)))
      const decayed = decays(weight.shape) ? tf.mul(weight, inputs['decayFactor']!) : weight
      return {
        weight: tf.sub(decayed, tf.mul(u, inputs['rate']!)),
        m: tf.add(tf.mul(moment('m'), BETA2), tf.mul(g, 1 - BETA2)),
      }
    }
  },
}
