import { attributesOf, emit, names } from './call.js'
import type { Call, Emitters } from './call.js'
import { product } from './product.js'

export const matrix: Emitters = [
  ...emit('BatchMatMul', call => product(call)),
  ...emit('_FusedMatMul', call => {
    const { bias } = attributesOf<{ bias: boolean }>(call)
    const rest = names(call).slice(2)
    const sum = bias ? call.graph.op('Add', [product(call), rest.shift()!]) : product(call)
    return activated(call, sum, rest[0])
  }),
  ...emit('FusedBatchNorm', call => {
    const { graph } = call
    const { epsilon, scale, offset } = attributesOf<{
      epsilon: number
      scale: boolean
      offset: boolean
    }>(call)
    const [x, mean, variance, ...rest] = names(call) as [string, string, string, ...string[]]
    const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.float(epsilon)])])
    const normed = graph.op('Div', [graph.op('Sub', [x, mean]), deviation])
    const scaled = scale ? graph.op('Mul', [normed, rest.shift()!]) : normed
    return offset ? graph.op('Add', [scaled, rest.shift()!]) : scaled
  }),
]

/** What tfjs's fused kernels do last. @param slope of prelu */
export function activated(call: Call, x: string, slope: string | undefined): string {
  const { graph } = call
  const { activation, alpha } = attributesOf<{ activation: string | undefined; alpha: number }>(
    call,
  )
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
      return graph.op('PRelu', [x, slope!])
    default:
      throw new Error(`no ONNX for the activation ${activation}`)
  }
}
