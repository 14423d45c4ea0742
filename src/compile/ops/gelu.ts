import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

const SLOPE = Math.sqrt(2 / Math.PI)
const CUBIC = 0.044715

/**
 * x · Φ(x) by its tanh approximation, `gelu_new` of GPT-2: ½ x (1 + tanh √(2/π)(x + 0.044715 x³)).
 * Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 *
 * @param x any shape
 */
export function gelu(x: Tensor): Tensor {
  return withGradient([x], () => {
    const squared = x.square()
    const tanh = x.mul(squared.mul(CUBIC).add(1)).mul(SLOPE).tanh()
    return {
      value: x.mul(tanh.add(1)).mul(0.5),
      saved: [x, squared, tanh],
      gradient: (dy, saved) => {
        const [x, squared, tanh] = saved as [Tensor, Tensor, Tensor]
        const inner = squared
          .mul(3 * CUBIC)
          .add(1)
          .mul(SLOPE)
        const slope = tanh
          .add(1)
          .add(x.mul(tf.scalar(1).sub(tanh.square())).mul(inner))
          .mul(0.5)
        return [dy.mul(slope)]
      },
    }
  })
}
