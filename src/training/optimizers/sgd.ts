import * as tf from '@tensorflow/tfjs'
import { DEFAULTS } from '../../settings/index.js'
import { decays, type OptimizerRule } from './optimizer.js'

/**
 * Stochastic gradient descent with momentum; weight decay is a part of the gradient.
 *
 * With `g` the gradient after clipping plus λ θ, `m` the momentum, μ its factor and η the learning
 * rate: m ← μ m + g, θ ← θ − η m
 *
 * Source: Polyak, 1964, in the form of torch.optim.SGD without dampening.
 */
export const sgd: OptimizerRule = {
  scalars: (_step, { learningRate, weightDecay, momentum = DEFAULTS.momentum }) => ({
    rate: learningRate,
    decay: weightDecay,
    momentum,
  }),
  moments: shape => ({ m: shape }),
  begin(scale, inputs) {
    return ({ weight, gradient, moment }) => {
      const clipped = tf.mul(gradient, scale)
      const g = decays(weight.shape) ? tf.add(clipped, tf.mul(weight, inputs['decay']!)) : clipped
      const m = tf.add(tf.mul(moment('m'), inputs['momentum']!), g)
      return { weight: tf.sub(weight, tf.mul(m, inputs['rate']!)), m }
    }
  },
}
