import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { HostTensor, Named, TensorSpec } from '../../compile/program.js'

const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/** What a step of AdamW takes from outside, as scalars: no step number is compiled in. */
export const ADAMW_INPUTS = ['rate', 'floor', 'keep', 'clip'] as const

export interface StepSettings {
  readonly learningRate: number
  readonly weightDecay: number
  /** Global L2 norm that gradients are scaled down to; 0 means never. */
  readonly clipNorm: number
}

/**
 * Scalars of a step. The bias corrections are taken in double precision, as PyTorch does: in float32
 * 1 − 0.999 has only five good digits.
 *
 * @param step from 1
 */
export function adamwInputs(step: number, { learningRate, weightDecay, clipNorm }: StepSettings): Named<HostTensor> {
  const root = Math.sqrt(1 - BETA2 ** step)
  return {
    // The second moment's correction stands in rate and floor: it would be a pass over every weight
    rate: scalar((learningRate * root) / (1 - BETA1 ** step)),
    floor: scalar(EPSILON * root),
    keep: scalar(1 - learningRate * weightDecay),
    clip: scalar(clipNorm > 0 ? clipNorm : Infinity),
  }
}

/** Moments start at zero, as `m/NAME` and `v/NAME`. */
export function momentSpecs(weights: Named<TensorSpec>): Named<TensorSpec> {
  const named = (prefix: string): [string, TensorSpec][] => Object.entries(weights).map(([name, { shape }]) => [prefix + name, { shape, dtype: 'float32' }])
  return Object.fromEntries([...named('m/'), ...named('v/')])
}

/** Weight decay shrinks matrices; norms (and biases) keep their size, as in transformers' Trainer. */
export function decays(shape: readonly number[]): boolean {
  return shape.length > 1
}

/**
 * AdamW with decoupled decay, after clipping by the global norm.
 *
 * Source: Loshchilov & Hutter, "Decoupled weight decay regularization", 2019, in the form of torch.optim.AdamW and
 * torch.nn.utils.clip_grad_norm_.
 *
 * @param state weights and moments by name
 * @param gradients by weight name
 * @returns the state after the step, and the gradients' norm before clipping, a scalar
 */
export function adamw(state: Named<Tensor>, gradients: Named<Tensor>, inputs: Named<Tensor>): { state: Named<Tensor>; norm: Tensor } {
  const { rate, floor, keep, clip } = inputs as Record<(typeof ADAMW_INPUTS)[number], Tensor>
  const names = Object.keys(gradients)
  const squares = names.map(name => tf.square(gradients[name]!))
  const norm = tf.sqrt(names.map((_, i) => tf.sum(squares[i]!)).reduce((total, each) => tf.add(total, each)))
  const scale = tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1)
  // The scale goes into the moments' factors: no pass over the gradients of its own
  const intoFirst = tf.mul(scale, 1 - BETA1)
  const intoSecond = tf.mul(tf.square(scale), 1 - BETA2)

  const next: Record<string, Tensor> = {}
  names.forEach((name, i) => {
    const weight = state[name]!
    const first = tf.add(tf.mul(state[`m/${name}`]!, BETA1), tf.mul(gradients[name]!, intoFirst))
    const second = tf.add(tf.mul(state[`v/${name}`]!, BETA2), tf.mul(squares[i]!, intoSecond))
    const kept = decays(weight.shape) ? tf.mul(weight, keep) : weight
    next[name] = tf.sub(kept, tf.mul(tf.div(first, tf.add(tf.sqrt(second), floor)), rate))
    next[`m/${name}`] = first
    next[`v/${name}`] = second
  })
  return { state: next, norm }
}

function scalar(value: number): HostTensor {
  return { shape: [], dtype: 'float32', data: Float32Array.of(value) }
}
