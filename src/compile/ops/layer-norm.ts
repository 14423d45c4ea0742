import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

/**
 * (x − mean) / √(variance + ε) · weight + bias over the last axis. Ba, Kiros and Hinton 2016,
 * https://arxiv.org/abs/1607.06450
 *
 * @param x ... x D
 * @param weight D
 * @param bias D
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return withGradient([x, weight, bias], () => {
    const centred = x.sub(x.mean(-1, true))
    const inverse = centred.square().mean(-1, true).add(epsilon).rsqrt()
    const normed = centred.mul(inverse)
    return {
      value: normed.mul(weight).add(bias),
      saved: [inverse, normed, weight],
      gradient: (dy, saved) => {
        const [inverse, normed, weight] = saved as [Tensor, Tensor, Tensor]
        const scaled = dy.mul(weight)
        const along = scaled.mul(normed).mean(-1, true)
        const leading = dy.shape.slice(0, -1).map((_, axis) => axis)
        return [
          scaled.sub(scaled.mean(-1, true)).sub(normed.mul(along)).mul(inverse),
          dy.mul(normed).sum(leading),
          dy.sum(leading),
        ]
      },
    }
  })
}
