import type { Value } from '../../trace/tape.js'
import { MULTIPLIER, GOLDEN } from '../../ops/dropout.js'
import { elementCount } from '../../../util/element-count.js'
import { callAttributes, cast, emit } from './call.js'
import type { Emitters } from './call.js'

/** Kernels of the operations in `ops` that tfjs does not have. */
export const customKernels: Emitters = [
  ...emit('Rotary', ({ graph, inputs, name }) => {
    const [x, cos, sin] = inputs as [Value, Value, Value]
    const [length, width] = cos.shape as [number, number]
    // The operator's tables have each pair's angle once: half the width.
    const half = (table: Value): string =>
      graph.op('Slice', [name(table), graph.ints([0, 0]), graph.ints([length, width / 2])])
    return graph.op(
      'RotaryEmbedding',
      [name(x), graph.ints([0]), half(cos), half(sin)],
      {},
      'com.microsoft',
    )
  }),
  ...emit('SparseCrossEntropy', ({ graph, inputs, name }) => {
    const [logits, labels] = inputs as [Value, Value]
    const n = labels.shape[0]!
    const column = graph.op('Reshape', [name(labels), graph.ints([n, 1])])
    const probabilities = graph.op('Softmax', [name(logits)], { axis: -1 })
    // log Σ exp(logits − max) is −log of the largest probability: no second pass of exponentials
    const largest = (x: string): string =>
      graph.op('ReduceMax', [x, graph.ints([1])], { keepdims: 1 })
    const gap = graph.op('Sub', [
      largest(name(logits)),
      graph.op('GatherElements', [name(logits), column], { axis: 1 }),
    ])
    const losses = graph.op('Sub', [gap, graph.op('Log', [largest(probabilities)])])
    const minusOne = graph.constant('float32', [n, 1], new Float32Array(n).fill(-1))
    return [
      graph.op('Reshape', [losses, graph.ints([n])]),
      graph.op('ScatterElements', [probabilities, column, minusOne], { axis: 1, reduction: 'add' }),
    ]
  }),
  // Unsigned 32-bit arithmetic in int64: onnxruntime has no product of unsigned integers.
  ...emit('DropoutMask', call => {
    const { graph, inputs, outputs, name } = call
    const [keys, rate] = inputs as [Value, Value]
    const { shape } = outputs[0]!
    const rows = keys.shape[0]!
    const low = (x: string): string => graph.op('BitwiseAnd', [x, graph.int(2 ** 32 - 1)])
    const fold = (x: string): string =>
      graph.op('BitwiseXor', [x, graph.op('Div', [x, graph.int(2 ** 16)])])
    const scramble = (x: string): string => low(graph.op('Mul', [fold(x), graph.int(MULTIPLIER)]))
    const mix = (x: string): string => fold(scramble(scramble(x)))
    const column = graph.op('Reshape', [
      low(cast(graph, name(keys), 'int32', 'int64')),
      graph.ints([rows, 1]),
    ])
    const start = mix(
      graph.op('BitwiseXor', [
        column,
        graph.int(callAttributes<{ site: number }>(call).site >>> 0),
      ]),
    )
    const counter = graph.op('Range', [
      graph.int(0),
      graph.int(elementCount(shape) / rows),
      graph.int(1),
    ])
    const hash = mix(
      low(graph.op('Add', [start, low(graph.op('Mul', [counter, graph.int(GOLDEN)]))])),
    )
    const uniform = graph.op('Mul', [
      cast(graph, graph.op('Div', [hash, graph.int(2 ** 8)]), 'int64', 'float32'),
      graph.float(2 ** -24),
    ])
    const keepScale = graph.op('Div', [
      graph.float(1),
      graph.op('Sub', [graph.float(1), name(rate)]),
    ])
    return graph.op('Reshape', [
      graph.op('Where', [graph.op('Less', [uniform, name(rate)]), graph.float(0), keepScale]),
      graph.ints(shape),
    ])
  }),
]
