// Notation:
//   x  ... x T x D, (x₁, x₂) its halves along D      cos, sin  T x D, their two halves equal
//   y = x ∘ cos + (−x₂, x₁) ∘ sin                    dx = dy ∘ cos − (−dy₂, dy₁) ∘ sin
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'
import { withGradient } from './with-gradient.js'

/**
 * Rotary position embedding in the layout of Llama checkpoints: element i pairs with i + D/2. Su et
 * al. 2021, https://arxiv.org/abs/2104.09864
 *
 * The gradient is the inverse rotation. cos and sin are constants: no gradient flows to them.
 *
 * @param x ... x T x D, D even
 * @param cos T x D, or what broadcasts to x; its two halves equal
 * @param sin like cos
 */
export function rotary(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return withGradient([x], () => ({
    value: rotate(x, cos, sin),
    saved: [cos, sin],
    gradient: (dy, [cos, sin]) => [rotate(dy, cos!, sin!.neg())],
  }))
}

function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  if (isTracing() && x.rank === 4 && cos.rank === 2)
    return tf.engine().runKernel('Rotary', { x, cos, sin }) as Tensor
  const [x1, x2] = tf.split(x, 2, -1) as [Tensor, Tensor]
  return x.mul(cos).add(tf.concat([x2.neg(), x1], -1).mul(sin))
}
