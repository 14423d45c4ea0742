// Notation, with means over the last axis:
//   x  ... x D    w = weight  [D]    r = 1 / √(mean(x²) + ε)  ... x 1
//   n = x r    y = n w
//   g = dy w    dx = (g − n mean(g n)) r    dw = Σ dy n
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { hasFusedKernel } from '../trace/backend.js'
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
    const [y, r] = normAndInverse(x, weight, epsilon)
    return {
      value: y,
      saved: [x, r, weight],
      gradient: (dy, saved) => {
        const [x, r, weight] = saved as [Tensor, Tensor, Tensor]
        const n = x.mul(r)
        const g = dy.mul(weight)
        const gnMean = g.mul(n).mean(-1, true)
        const leadingAxes = dy.shape.slice(0, -1).map((_, axis) => axis)
        return [g.sub(n.mul(gnMean)).mul(r), dy.mul(n).sum(leadingAxes)]
      },
    }
  })
}

/** @returns y, ... x D, and r, ... x 1 */
function normAndInverse(x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor] {
  if (hasFusedKernel('RmsNorm'))
    return tf.engine().runKernel('RmsNorm', { x, weight }, { epsilon }) as unknown as [
      Tensor,
      Tensor,
    ]
  const r = x.square().mean(-1, true).add(epsilon).rsqrt()
  return [x.mul(r).mul(weight), r]
}
