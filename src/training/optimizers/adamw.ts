import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { decays, type OptimizerRule } from './optimizer.js'

const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/**
 * AdamW: Adam with decoupled decay.
 *
 * Source: Loshchilov & Hutter, "Decoupled weight decay regularization", 2019, in the form of
 * torch.optim.AdamW.
 */
export const adamw: OptimizerRule = {
  scalars: (step, { learningRate, weightDecay }) => ({
    ...rateAndFloor(step, learningRate),
    keep: 1 - learningRate * weightDecay,
  }),
  moments: shape => ({ m: shape, v: shape }),
  begin(scale, inputs) {
    // The scale goes into the moments' factors: no pass over the gradients of its own
    const intoFirst = tf.mul(scale, 1 - BETA1)
    const intoSecond = tf.mul(tf.square(scale), 1 - BETA2)
    return ({ weight, gradient, square, moment }) => {
      const m = tf.add(tf.mul(moment('m'), BETA1), tf.mul(gradient, intoFirst))
      const v = tf.add(tf.mul(moment('v'), BETA2), tf.mul(square, intoSecond))
      const kept = decays(weight.shape) ? tf.mul(weight, inputs['keep']!) : weight
      return { weight: tf.sub(kept, change(m, v, inputs)), m, v }
    }
  },
}

/**
 * Adam, whose decay is a part of the gradient.
 *
 * Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015, in the form of
 * torch.optim.Adam.
 */
export const adam: OptimizerRule = {
  scalars: (step, { learningRate, weightDecay }) => ({
    ...rateAndFloor(step, learningRate),
    decay: weightDecay,
  }),
  moments: shape => ({ m: shape, v: shape }),
  begin(scale, inputs) {
    return ({ weight, gradient, moment }) => {
      const clipped = tf.mul(gradient, scale)
      const slope = decays(weight.shape)
        ? tf.add(clipped, tf.mul(weight, inputs['decay']!))
        : clipped
      const m = tf.add(tf.mul(moment('m'), BETA1), tf.mul(slope, 1 - BETA1))
      const v = tf.add(tf.mul(moment('v'), BETA2), tf.mul(tf.square(slope), 1 - BETA2))
      return { weight: tf.sub(weight, change(m, v, inputs)), m, v }
    }
  },
}

/**
 * The bias corrections, in double precision as PyTorch takes them: in float32 1 − 0.999 has only
 * five good digits. The second moment's stands in rate and floor: it would be a pass over every
 * weight.
 */
function rateAndFloor(step: number, learningRate: number): { rate: number; floor: number } {
  const root = Math.sqrt(1 - BETA2 ** step)
  return { rate: (learningRate * root) / (1 - BETA1 ** step), floor: EPSILON * root }
}

function change(m: Tensor, v: Tensor, inputs: Readonly<Record<string, Tensor>>): Tensor {
  return tf.mul(tf.div(m, tf.add(tf.sqrt(v), inputs['floor']!)), inputs['rate']!)
}
