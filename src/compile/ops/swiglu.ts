import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { fuses } from '../trace/backend.js'
import { withGradient } from './with-gradient.js'

/**
 * silu(gate) · up. Shazeer 2020, https://arxiv.org/abs/2002.05202
 *
 * @param gate any shape
 * @param up the same shape
 */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  return withGradient([gate, up], () => {
    const silu = fuses('Silu')
      ? (tf.engine().runKernel('Silu', { x: gate }) as Tensor)
      : gate.mul(gate.sigmoid())
    return {
      value: silu.mul(up),
      saved: [gate, up, silu],
      gradient: (dy, saved) => {
        const [gate, up, silu] = saved as [Tensor, Tensor, Tensor]
        const sigmoid = gate.sigmoid()
        // d silu / d gate = σ + silu·(1 − σ)
        const slope = sigmoid.add(silu.mul(tf.scalar(1).sub(sigmoid)))
        return [dy.mul(up).mul(slope), dy.mul(silu)]
      },
    }
  })
}
