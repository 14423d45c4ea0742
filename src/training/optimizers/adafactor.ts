import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { decays, type OptimizerRule, type WeightGradient } from './optimizer.js'

/** ε₁: added to squared gradients. */
const EPSILON = 1e-30
/** d: a step whose root mean square is larger is scaled down to it, before the learning rate. */
const CLIP = 1
/** β₂ of step t is 1 − t^DECAY_RATE. */
const DECAY_RATE = -0.8

/**
 * Adafactor: second moments of a matrix by the means of its rows and columns, so that its state is
 * little larger than the weights.
 *
 * | symbol        | shape    | meaning                                        |
 * | ------------- | -------- | ---------------------------------------------- |
 * | `g`           | as θ     | gradient after clipping by the global norm     |
 * | `squares`     | as θ     | g² + ε₁                                        |
 * | `row` R       | [..., n] | moving average of the means of rows of g² + ε₁ |
 * | `column` C    | [..., m] | the same for columns                           |
 * | `v`           | as θ     | moving average of g² + ε₁, for vectors         |
 * | `u`           | as θ     | g / √v̂, where v̂ = R C / mean(R) for a matrix |
 * | `rate` η      | []       | learning rate                                  |
 * | `beta2` β₂    | []       | 1 − t^−0.8 at step t                           |
 * | `decayFactor` | []       | 1 − η λ, λ the weight decay                    |
 *
 * θ ← (1 − η λ) θ − η u / max(1, RMS(u) / d)
 *
 * Source: Shazeer & Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018,
 * algorithms 4 and 5, in the form of transformers.Adafactor with a fixed learning rate
 * (`scale_parameter` and `relative_step` off), as in its Trainer.
 */
export const adafactor: OptimizerRule = {
  scalars: (step, { learningRate, weightDecay }) => {
    const beta2 = 1 - step ** DECAY_RATE
    return {
      rate: learningRate,
      decayFactor: 1 - learningRate * weightDecay,
      beta2,
      oneMinusBeta2: 1 - beta2,
    }
  },
  moments: (shape): Readonly<Record<string, readonly number[]>> =>
    shape.length > 1
      ? { row: shape.slice(0, -1), column: [...shape.slice(0, -2), shape.at(-1)!] }
      : { v: shape },
  begin(scale, inputs) {
    const squaredScale = tf.square(scale)
    const average = (before: Tensor, now: Tensor): Tensor =>
      tf.add(tf.mul(before, inputs['beta2']!), tf.mul(now, inputs['oneMinusBeta2']!))

    const factored = (g: Tensor, squares: Tensor, moment: WeightGradient['moment']): Update => {
      const row = average(moment('row'), tf.mean(squares, -1))
      const column = average(moment('column'), tf.mean(squares, -2))
      const rowFactor = tf.rsqrt(tf.div(row, tf.mean(row, -1, true)))
      const u = tf.mul(tf.mul(g, tf.expandDims(rowFactor, -1)), tf.expandDims(tf.rsqrt(column), -2))
      return { moments: { row, column }, u }
    }
    const unfactored = (g: Tensor, squares: Tensor, moment: WeightGradient['moment']): Update => {
      const v = average(moment('v'), squares)
      return { moments: { v }, u: tf.mul(g, tf.rsqrt(v)) }
    }

    return ({ weight, gradient, square, moment }) => {
      const g = tf.mul(gradient, scale)
      const squares = tf.add(tf.mul(square, squaredScale), EPSILON)
      const update = weight.shape.length > 1 ? factored : unfactored
      const { moments, u } = update(g, squares, moment)
      const rms = tf.sqrt(tf.mean(tf.square(u)))
      const step = tf.mul(u, tf.div(inputs['rate']!, tf.maximum(tf.div(rms, CLIP), 1)))
      const decayed = decays(weight.shape) ? tf.mul(weight, inputs['decayFactor']!) : weight
      return { ...moments, weight: tf.sub(decayed, step) }
    }
  },
}

interface Update {
  readonly moments: Readonly<Record<string, Tensor>>
  readonly u: Tensor
}
