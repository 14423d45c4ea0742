// Notation, with means over the last axis:
//   x  ... x D    w = weight, b = bias  [D]    r = 1 / √(variance + ε)  ... x 1
//   n = (x − mean) r    y = n w + b
//   g = dy w    dx = (g − mean(g) − n mean(g n)) r    dw = Σ dy n    db = Σ dy
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
    const centered = x.sub(x.mean(-1, true))
    const r = centered.square().mean(-1, true).add(epsilon).rsqrt()
    const n = centered.mul(r)
    return {
      value: n.mul(weight).add(bias),
      saved: [r, n, weight],
      gradient: (dy, saved) => {
        const [r, n, weight] = saved as [Tensor, Tensor, Tensor]
        const g = dy.mul(weight)
        const gnMean = g.mul(n).mean(-1, true)
        const leadingAxes = dy.shape.slice(0, -1).map((_, axis) => axis)
        return [
          g.sub(g.mean(-1, true)).sub(n.mul(gnMean)).mul(r),
          dy.mul(n).sum(leadingAxes),
          dy.sum(leadingAxes),
        ]
      },
    }
  })
}
