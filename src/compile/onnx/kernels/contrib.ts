import type { Value } from '../../trace/tape.js'
import { callAttributes, cast, emit, names, reshape } from './call.js'
import type { Emitters } from './call.js'

/**
 * Custom kernels that onnxruntime's CPU provider has operators for; its other providers do not.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const contribEmitters: Emitters = [
  ...emit('RmsNorm', call =>
    call.graph.ops(2, 'SimplifiedLayerNormalization', names(call), {
      axis: -1,
      epsilon: { float: callAttributes<{ epsilon: number }>(call).epsilon },
      stash_type: 1,
    }),
  ),
  ...emit('Silu', call => {
    const {
      graph,
      inputs: [x],
      uses,
    } = call
    // Training needs the sigmoid too, for the gradient.
    return uses(x!) > 1
      ? graph.op('Mul', [...names(call), graph.op('Sigmoid', names(call))])
      : graph.op('QuickGelu', names(call), { alpha: { float: 1 } }, 'com.microsoft')
  }),
  ...emit('RotaryAtPositions', ({ graph, inputs, name }) => {
    const [x, cos, sin, positions] = inputs as [Value, Value, Value, Value]
    const [tableRows, width] = cos.shape as [number, number]
    const [rows, length, heads] = x.shape as [number, number, number]
    const half = (table: Value): string =>
      graph.op('Slice', [name(table), graph.ints([0, 0]), graph.ints([tableRows, width / 2])])
    const flat = [rows, length, heads * width]
    const rotated = graph.op(
      'RotaryEmbedding',
      [
        reshape(graph, name(x), x.shape, flat),
        cast(graph, name(positions), 'int32', 'int64'),
        half(cos),
        half(sin),
      ],
      {},
      'com.microsoft',
    )
    return reshape(graph, rotated, flat, x.shape)
  }),
]

/** For `trace`, by engines that run these. */
export const contribKernels: ReadonlySet<string> = new Set(
  contribEmitters.map(([kernel]) => kernel),
)
