import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** The value of an operation, and its gradient with respect to the inputs. */
export interface Differentiable {
  readonly value: Tensor
  /** Tensors that `gradient` needs; they are not disposed of before. */
  readonly saved: Tensor[]
  /** @param dy gradient of `value` @returns one gradient for each input, of its shape */
  gradient(dy: Tensor, saved: Tensor[]): Tensor[]
}

/** tfjs's `customGrad` with types: an operation of `inputs` whose gradient is written by hand. */
export function withGradient(inputs: readonly Tensor[], forward: () => Differentiable): Tensor {
  const run = (
    ...args: (Tensor | tf.GradSaveFunc)[]
  ): { value: Tensor; gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor[] } => {
    const save = args.at(-1) as tf.GradSaveFunc
    const { value, saved, gradient } = forward()
    save(saved)
    return { value, gradFunc: gradient }
  }
  return tf.customGrad(run)(...inputs)
}
