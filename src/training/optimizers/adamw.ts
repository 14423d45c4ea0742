import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { decays, type OptimizerRule } from './optimizer.js'

/**
 * Adam and AdamW.
 *
 * | symbol        | shape | meaning                                         |
 * | ------------- | ----- | ----------------------------------------------- |
 * | `weight` θ    | any   | the weight                                      |
 * | `g`           | as θ  | gradient after clipping by the global norm      |
 * | `m`, `v`      | as θ  | moving averages of g and g²                     |
 * | β₁, β₂, ε     |       | the constants below                             |
 * | η, λ, t       | []    | learning rate, weight decay, step from 1        |
 * | `rate`        | []    | η √(1 − β₂ᵗ) / (1 − β₁ᵗ): both bias corrections |
 * | `floor`       | []    | ε √(1 − β₂ᵗ)                                    |
 * | `decayFactor` | []    | 1 − η λ                                         |
 *
 * θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ), which is
 * θ − rate · m / (√v + floor).
 */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/**
 * AdamW: Adam with decoupled weight decay, θ ← (1 − η λ) θ − η m̂ / (√v̂ + ε).
 *
 * Source: Loshchilov & Hutter, "Decoupled weight decay regularization", 2019, algorithm 2, in the
 * form of torch.optim.AdamW.
 */
export const adamw: OptimizerRule = {
  scalars: (step, { learningRate, weightDecay }) => ({
    ...rateAndFloor(step, learningRate),
    decayFactor: 1 - learningRate * weightDecay,
  }),
  moments: shape => ({ m: shape, v: shape }),
  begin(scale, inputs) {
    // The scale goes into the moments' factors: no pass over the gradients of its own
    const firstFactor = tf.mul(scale, 1 - BETA1)
    const secondFactor = tf.mul(tf.square(scale), 1 - BETA2)
    return ({ weight, gradient, square, moment }) => {
      const m = tf.add(tf.mul(moment('m'), BETA1), tf.mul(gradient, firstFactor))
      const v = tf.add(tf.mul(moment('v'), BETA2), tf.mul(square, secondFactor))
      const decayed = decays(weight.shape) ? tf.mul(weight, inputs['decayFactor']!) : weight
      return { weight: tf.sub(decayed, change(m, v, inputs)), m, v }
    }
  },
}

/**
 * Adam, whose weight decay is a part of the gradient: g ← g + λ θ.
 *
 * Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1, in the form
 * of torch.optim.Adam.
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
      const g = decays(weight.shape) ? tf.add(clipped, tf.mul(weight, inputs['decay']!)) : clipped
      const m = tf.add(tf.mul(moment('m'), BETA1), tf.mul(g, 1 - BETA1))
      const v = tf.add(tf.mul(moment('v'), BETA2), tf.mul(tf.square(g), 1 - BETA2))
      return { weight: tf.sub(weight, change(m, v, inputs)), m, v }
    }
  },
}

/**
 * The bias corrections, in double precision as PyTorch takes them: in float32 1 − 0.999 has only
 * five good digits. That of v is in rate and floor: by itself it would be a pass over every weight.
 */
function rateAndFloor(step: number, learningRate: number): { rate: number; floor: number } {
  const root = Math.sqrt(1 - BETA2 ** step)
  return { rate: (learningRate * root) / (1 - BETA1 ** step), floor: EPSILON * root }
}

function change(m: Tensor, v: Tensor, inputs: Readonly<Record<string, Tensor>>): Tensor {
  return tf.mul(tf.div(m, tf.add(tf.sqrt(v), inputs['floor']!)), inputs['rate']!)
}
