import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { decays, type OptimizerRule } from './optimizer.js'

const FLOOR = 1e-30
/** A step longer than this, by its root mean square, is cut to it before the learning rate. */
const CLIP = 1
const DECAY_RATE = -0.8

/**
 * Adafactor: second moments of a matrix by their row and column means, so that it remembers little
 * more than the weights themselves.
 *
 * Source: Shazeer & Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018,
 * in the form of transformers.Adafactor with the learning rate given (`scale_parameter` and
 * `relative_step` off), as in its Trainer.
 */
export const adafactor: OptimizerRule = {
  scalars: (step, { learningRate, weightDecay }) => {
    const kept = 1 - step ** DECAY_RATE
    return { rate: learningRate, keep: 1 - learningRate * weightDecay, kept, taken: 1 - kept }
  },
  moments: (shape): Readonly<Record<string, readonly number[]>> =>
    shape.length > 1
      ? { row: shape.slice(0, -1), column: [...shape.slice(0, -2), shape.at(-1)!] }
      : { v: shape },
  begin(scale, inputs) {
    const squaredScale = tf.square(scale)
    const mixed = (before: Tensor, now: Tensor): Tensor =>
      tf.add(tf.mul(before, inputs['kept']!), tf.mul(now, inputs['taken']!))
    return ({ weight, gradient, square, moment }) => {
      const clipped = tf.mul(gradient, scale)
      const energy = tf.add(tf.mul(square, squaredScale), FLOOR)
      const { moments, direction } = weight.shape.length > 1 ? factored() : whole()
      const length = tf.sqrt(tf.mean(tf.square(direction)))
      const step = tf.mul(direction, tf.div(inputs['rate']!, tf.maximum(tf.div(length, CLIP), 1)))
      return {
        ...moments,
        weight: tf.sub(decays(weight.shape) ? tf.mul(weight, inputs['keep']!) : weight, step),
      }

      function factored(): { moments: Record<string, Tensor>; direction: Tensor } {
        const row = mixed(moment('row'), tf.mean(energy, -1))
        const column = mixed(moment('column'), tf.mean(energy, -2))
        const ofRow = tf.rsqrt(tf.div(row, tf.mean(row, -1, true)))
        return {
          moments: { row, column },
          direction: tf.mul(
            tf.mul(clipped, tf.expandDims(ofRow, -1)),
            tf.expandDims(tf.rsqrt(column), -2),
          ),
        }
      }

      function whole(): { moments: Record<string, Tensor>; direction: Tensor } {
        const v = mixed(moment('v'), energy)
        return { moments: { v }, direction: tf.mul(clipped, tf.rsqrt(v)) }
      }
    }
  },
}
