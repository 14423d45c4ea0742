import type { Value } from '../../trace/tape.js'
import { attributesOf, cast, emit, names, reshaped } from './call.js'
import type { Emitters } from './call.js'

/**
 * Kernels of the house that onnxruntime has operators of its own for. Not each of its providers
 * does: these are the CPU's.
 */
export const contrib: Emitters = [
  ...emit('RmsNorm', call =>
    call.graph.ops(2, 'SimplifiedLayerNormalization', names(call), {
      axis: -1,
      epsilon: { float: attributesOf<{ epsilon: number }>(call).epsilon },
      stash_type: 1,
    }),
  ),
  ...emit('Silu', call => {
    const {
      graph,
      inputs: [x],
      uses,
    } = call
    // Training needs the sigmoid, too, for the slope.
    return uses(x!) > 1
      ? graph.op('Mul', [...names(call), graph.op('Sigmoid', names(call))])
      : graph.op('QuickGelu', names(call), { alpha: { float: 1 } }, 'com.microsoft')
  }),
  ...emit('RotaryAt', ({ graph, inputs, name }) => {
    const [x, cos, sin, at] = inputs as [Value, Value, Value, Value]
    const [positions, width] = cos.shape as [number, number]
    const [rows, length, heads] = x.shape as [number, number, number]
    const half = (table: Value): string =>
      graph.op('Slice', [name(table), graph.ints([0, 0]), graph.ints([positions, width / 2])])
    const flat = [rows, length, heads * width]
    const turned = graph.op(
      'RotaryEmbedding',
      [
        reshaped(graph, name(x), x.shape, flat),
        cast(graph, name(at), 'int32', 'int64'),
        half(cos),
        half(sin),
      ],
      {},
      'com.microsoft',
    )
    return reshaped(graph, turned, flat, x.shape)
  }),
]

/** Given to `trace` by an engine that runs these. */
export const contribKernels: ReadonlySet<string> = new Set(contrib.map(([kernel]) => kernel))
