import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { fuses } from '../trace/backend.js'
import { withGradient } from './with-gradient.js'

/**
 * x / √(mean(x²) + ε) · weight over the last axis. Zhang and Sennrich 2019,
 * https://arxiv.org/abs/1910.07467
 *
 * @param x ... x D
 * @param weight D
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return withGradient([x, weight], () => {
    const [value, inverse] = normAndInverse(x, weight, epsilon)
    return {
      value,
      saved: [x, inverse, weight],
      gradient: (dy, saved) => {
        const [x, inverse, weight] = saved as [Tensor, Tensor, Tensor]
        const normed = x.mul(inverse)
        const scaled = dy.mul(weight)
        const along = scaled.mul(normed).mean(-1, true)
        const leading = dy.shape.slice(0, -1).map((_, axis) => axis)
        return [scaled.sub(normed.mul(along)).mul(inverse), dy.mul(normed).sum(leading)]
      },
    }
  })
}

/** The norm, and 1 / √(mean(x²) + ε), ... x 1. */
function normAndInverse(x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor] {
  if (fuses('RmsNorm'))
    return tf.engine().runKernel('RmsNorm', { x, weight }, { epsilon }) as unknown as [
      Tensor,
      Tensor,
    ]
  const inverse = x.square().mean(-1, true).add(epsilon).rsqrt()
  return [x.mul(inverse).mul(weight), inverse]
}
