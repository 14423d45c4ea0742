import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

/**
 * x / √(mean(x²) + ε) · weight over the last axis. Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467
 *
 * @param x ... x D
 * @param weight D
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return withGradient([x, weight], () => {
    const inverse = x.square().mean(-1, true).add(epsilon).rsqrt()
    const normed = x.mul(inverse)
    return {
      value: normed.mul(weight),
      saved: [inverse, normed, weight],
      gradient: (dy, saved) => {
        const [inverse, normed, weight] = saved as [Tensor, Tensor, Tensor]
        const scaled = dy.mul(weight)
        const along = scaled.mul(normed).mean(-1, true)
        const leading = dy.shape.slice(0, -1).map((_, axis) => axis)
        return [scaled.sub(normed.mul(along)).mul(inverse), dy.mul(normed).sum(leading)]
      },
    }
  })
}
