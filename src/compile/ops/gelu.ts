// Notation: y = ½ x (1 + t), t = tanh(u), u = C (x + A x³); dy/dx = ½ (1 + t + x (1 − t²) u′)
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

const C = Math.sqrt(2 / Math.PI)
const A = 0.044715

/**
 * x · Φ(x) by its tanh approximation, `gelu_new` of GPT-2: ½ x (1 + tanh √(2/π)(x + 0.044715 x³)).
 * Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 *
 * @param x any shape
 */
export function gelu(x: Tensor): Tensor {
  return withGradient([x], () => {
    const xSquared = x.square()
    const t = x.mul(xSquared.mul(A).add(1)).mul(C).tanh()
    return {
      value: x.mul(t.add(1)).mul(0.5),
      saved: [x, xSquared, t],
      gradient: (dy, saved) => {
        const [x, xSquared, t] = saved as [Tensor, Tensor, Tensor]
        const du = xSquared
          .mul(3 * A)
          .add(1)
          .mul(C)
        const derivative = t
          .add(1)
          .add(x.mul(tf.scalar(1).sub(t.square())).mul(du))
          .mul(0.5)
        return [dy.mul(derivative)]
      },
    }
  })
}
