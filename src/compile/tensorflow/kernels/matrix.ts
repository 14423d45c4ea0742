import { elementCount } from '../../../util/element-count.js'
import type { Value } from '../../trace/tape.js'
import { isPlainProduct } from '../../trace/rules/matrix.js'
import type {
  ActivationAttributes,
  BatchNormAttributes,
  ProductAttributes,
} from '../../trace/rules/matrix.js'
import { T, callAttributes, emit, float, names, reshape } from './call.js'
import type { Call, Emitters } from './call.js'
import { prelu } from './elementwise.js'

export const matrix: Emitters = [
  ...emit('BatchMatMul', product),
  ...emit('_FusedMatMul', call => {
    const { bias } = callAttributes<ActivationAttributes>(call)
    const extraInputs = names(call).slice(2)
    const sum = bias
      ? float(call.graph, 'AddV2', product(call), extraInputs.shift()!)
      : product(call)
    return activate(call, sum, extraInputs[0])
  }),
  ...emit('FusedBatchNorm', call => {
    const { graph } = call
    const { epsilon, scale, offset } = callAttributes<BatchNormAttributes>(call)
    const [x, mean, variance, ...extraInputs] = names(call) as [string, string, string, ...string[]]
    const inverse = float(
      graph,
      'Rsqrt',
      float(graph, 'AddV2', variance, graph.scalar('float32', epsilon)),
    )
    // The small tensors first, so that x is gone through twice only.
    const factor = scale ? float(graph, 'Mul', inverse, extraInputs.shift()!) : inverse
    const scaled = float(graph, 'Mul', float(graph, 'Sub', x, mean), factor)
    return offset ? float(graph, 'AddV2', scaled, extraInputs.shift()!) : scaled
  }),
]

/**
 * Products with one right side are products of two matrices: a batch of left sides is one taller
 * left side.
 */
function product(call: Call): string {
  const { graph, inputs, outputs, name } = call
  const [a, b] = inputs as [Value, Value]
  const { transposeA, transposeB } = callAttributes<ProductAttributes>(call)
  if (!isPlainProduct(call))
    return graph.op('BatchMatMulV2', [name(a), name(b)], {
      ...T('float32'),
      adj_x: { bool: transposeA },
      adj_y: { bool: transposeB },
    })
  const rows = elementCount(a.shape.slice(0, -1))
  const width = a.shape.at(-1)!
  const left = reshape(graph, name(a), 'float32', a.shape, [rows, width])
  const right = reshape(graph, name(b), 'float32', b.shape, b.shape.slice(-2))
  const { shape } = outputs[0]!
  const flat = graph.op('MatMul', [left, right], {
    ...T('float32'),
    transpose_a: { bool: transposeA },
    transpose_b: { bool: transposeB },
  })
  return reshape(graph, flat, 'float32', [transposeA ? width : rows, shape.at(-1)!], shape)
}

/** Applies the activation of a fused kernel. @param preluAlpha the slope of PReLU below 0 */
export function activate(call: Call, x: string, preluAlpha: string | undefined): string {
  const { graph } = call
  const { activation, alpha } = callAttributes<ActivationAttributes>(call)
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
      return prelu(graph, x, preluAlpha!)
    default:
      throw new Error(`no TensorFlow for the activation ${activation}`)
  }
}
