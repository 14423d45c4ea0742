import type { ActivationAttributes, BatchNormAttributes } from '../../trace/rules/matrix.js'
import { callAttributes, emit, names } from './call.js'
import type { Call, Emitters } from './call.js'
import { product } from './product.js'

export const matrix: Emitters = [
  ...emit('BatchMatMul', call => product(call)),
  ...emit('_FusedMatMul', call => {
    const { bias } = callAttributes<ActivationAttributes>(call)
    const extraInputs = names(call).slice(2)
    const sum = bias ? call.graph.op('Add', [product(call), extraInputs.shift()!]) : product(call)
    return activate(call, sum, extraInputs[0])
  }),
  ...emit('FusedBatchNorm', call => {
    const { graph } = call
    const { epsilon, scale, offset } = callAttributes<BatchNormAttributes>(call)
    const [x, mean, variance, ...extraInputs] = names(call) as [string, string, string, ...string[]]
    const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.float(epsilon)])])
    const normed = graph.op('Div', [graph.op('Sub', [x, mean]), deviation])
    const scaled = scale ? graph.op('Mul', [normed, extraInputs.shift()!]) : normed
    return offset ? graph.op('Add', [scaled, extraInputs.shift()!]) : scaled
  }),
]

/** Applies the activation of a fused kernel. @param preluAlpha the slope of PReLU below 0 */
export function activate(call: Call, x: string, preluAlpha: string | undefined): string {
  const { graph } = call
  const { activation, alpha } = callAttributes<ActivationAttributes>(call)
  switch (activation ?? 'linear') {
    case 'linear':
      return x
    case 'relu':
      return graph.op('Relu', [x])
    case 'relu6':
      return graph.op('Min', [graph.op('Relu', [x]), graph.float(6)])
    case 'elu':
      return graph.op('Elu', [x])
    case 'sigmoid':
      return graph.op('Sigmoid', [x])
    case 'leakyrelu':
      return graph.op('LeakyRelu', [x], { alpha: { float: alpha } })
    case 'prelu':
      return graph.op('PRelu', [x, preluAlpha!])
    default:
      throw new Error(`no ONNX for the activation ${activation}`)
  }
}
