import { elementCount } from '../../../util/element-count.js'
import type { Value } from '../../trace/tape.js'
import { T, attributesOf, emit, float, names, reshaped } from './call.js'
import type { Call, Emitters } from './call.js'
import { prelu } from './elementwise.js'

export const matrix: Emitters = [
  ...emit('BatchMatMul', product),
  ...emit('_FusedMatMul', call => {
    const { bias } = attributesOf<{ bias: boolean }>(call)
    const rest = names(call).slice(2)
    const sum = bias ? float(call.graph, 'AddV2', product(call), rest.shift()!) : product(call)
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
    const inverse = float(
      graph,
      'Rsqrt',
      float(graph, 'AddV2', variance, graph.scalar('float32', epsilon)),
    )
    // The small tensors first, so that x is gone through twice only.
    const slope = scale ? float(graph, 'Mul', inverse, rest.shift()!) : inverse
    const scaled = float(graph, 'Mul', float(graph, 'Sub', x, mean), slope)
    return offset ? float(graph, 'AddV2', scaled, rest.shift()!) : scaled
  }),
]

/**
 * Products with one right side are products of two matrices: a batch of left sides is one taller
 * left side.
 */
function product(call: Call): string {
  const { graph, inputs, outputs, name } = call
  const [a, b] = inputs as [Value, Value]
  const { transposeA, transposeB } = attributesOf<{ transposeA: boolean; transposeB: boolean }>(
    call,
  )
  const single =
    elementCount(b.shape.slice(0, -2)) === 1 &&
    (elementCount(a.shape.slice(0, -2)) === 1 || !transposeA)
  if (!single)
    return graph.op('BatchMatMulV2', [name(a), name(b)], {
      ...T('float32'),
      adj_x: { bool: transposeA },
      adj_y: { bool: transposeB },
    })
  const rows = elementCount(a.shape.slice(0, -1))
  const width = a.shape.at(-1)!
  const left = reshaped(graph, name(a), 'float32', a.shape, [rows, width])
  const right = reshaped(graph, name(b), 'float32', b.shape, b.shape.slice(-2))
  const { shape } = outputs[0]!
  const flat = graph.op('MatMul', [left, right], {
    ...T('float32'),
    transpose_a: { bool: transposeA },
    transpose_b: { bool: transposeB },
  })
  return reshaped(graph, flat, 'float32', [transposeA ? width : rows, shape.at(-1)!], shape)
}

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
      return float(graph, 'Relu', x)
    case 'relu6':
      return float(graph, 'Relu6', x)
    case 'elu':
      return float(graph, 'Elu', x)
    case 'sigmoid':
      return float(graph, 'Sigmoid', x)
    case 'leakyrelu':
      return graph.op('LeakyRelu', [x], { ...T('float32'), alpha: { float: alpha } })
    case 'prelu':
      return prelu(graph, x, slope!)
    default:
      throw new Error(`no TensorFlow for the activation ${activation}`)
  }
}
