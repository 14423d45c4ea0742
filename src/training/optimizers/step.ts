import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named } from '../../compile/program.js'
import type { OptimizerRule } from './optimizer.js'

/**
 * One step of an optimizer after clipping by the global norm.
 *
 * Source of the clipping: torch.nn.utils.clip_grad_norm_.
 *
 * @param state     weights and moments by name
 * @param gradients by weight name
 * @returns the state after the step, and the gradients' norm before clipping, a scalar
 */
export function takeStep(
  rule: OptimizerRule,
  state: Named<Tensor>,
  gradients: Named<Tensor>,
  inputs: Named<Tensor>,
): { state: Named<Tensor>; norm: Tensor } {
  const names = Object.keys(gradients)
  const squares = names.map(name => tf.square(gradients[name]!))
  const norm = tf.sqrt(
    squares.map(square => tf.sum(square)).reduce((total, each) => tf.add(total, each)),
  )
  const scale = tf.minimum(tf.div(inputs['clip']!, tf.add(norm, 1e-6)), 1)
  const step = rule.begin(scale, inputs)
  const next: Record<string, Tensor> = {}
  names.forEach((name, i) => {
    const moment = (prefix: string): Tensor => state[`${prefix}/${name}`]!
    const { weight, ...moments } = step({
      name,
      weight: state[name]!,
      gradient: gradients[name]!,
      square: squares[i]!,
      moment,
    })
    next[name] = weight
    for (const [prefix, value] of Object.entries(moments)) next[`${prefix}/${name}`] = value
  })
  return { state: next, norm }
}
