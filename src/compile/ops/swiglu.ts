import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { withGradient } from './with-gradient.js'

/**
 * silu(gate) · up. Shazeer 2020, https://arxiv.org/abs/2002.05202
 *
 * @param gate any shape
 * @param up the same shape
 */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  return withGradient([gate, up], () => {
    const sigmoid = gate.sigmoid()
    const silu = gate.mul(sigmoid)
    return {
      value: silu.mul(up),
      saved: [up, sigmoid, silu],
      gradient: (dy, saved) => {
        const [up, sigmoid, silu] = saved as [Tensor, Tensor, Tensor]
        // d silu / d gate = σ + silu·(1 − σ)
        const slope = sigmoid.add(silu.mul(tf.scalar(1).sub(sigmoid)))
        return [dy.mul(up).mul(slope), dy.mul(silu)]
      },
    }
  })
}
