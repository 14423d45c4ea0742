// Notation: σ = sigmoid(gate), s = silu(gate) = gate σ, y = s up
//   dgate = dy up (σ + s (1 − σ))    dup = dy s
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { hasFusedKernel } from '../trace/backend.js'
import { withGradient } from './with-gradient.js'

/**
 * silu(gate) · up. Shazeer 2020, https://arxiv.org/abs/2002.05202
 *
 * @param gate any shape
 * @param up the same shape
 */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  return withGradient([gate, up], () => {
    const silu = hasFusedKernel('Silu')
      ? (tf.engine().runKernel('Silu', { x: gate }) as Tensor)
      : gate.mul(gate.sigmoid())
    return {
      value: silu.mul(up),
      saved: [gate, up, silu],
      gradient: (dy, saved) => {
        const [gate, up, silu] = saved as [Tensor, Tensor, Tensor]
        const sigmoid = gate.sigmoid()
        const derivative = sigmoid.add(silu.mul(tf.scalar(1).sub(sigmoid)))
        return [dy.mul(up).mul(derivative), dy.mul(silu)]
      },
    }
  })
}
