import type { Value } from '../../trace/tape.js'
import { emit } from './call.js'
import type { Emitters } from './call.js'

/** Kernels that the operations of this house bring along. */
export const house: Emitters = [
  ...emit('Rotary', ({ graph, inputs, name }) => {
    const [x, cos, sin] = inputs as [Value, Value, Value]
    const [length, width] = cos.shape as [number, number]
    // The operator has the pairs' angles once, in tables of half the width.
    const half = (table: Value): string => graph.op('Slice', [name(table), graph.ints([0, 0]), graph.ints([length, width / 2])])
    return graph.op('RotaryEmbedding', [name(x), graph.ints([0]), half(cos), half(sin)], {}, 'com.microsoft')
  }),
  ...emit('SparseXent', ({ graph, inputs, name }) => {
    const [logits, labels] = inputs as [Value, Value]
    const n = labels.shape[0]!
    const logProbabilities = graph.op('LogSoftmax', [name(logits)], { axis: -1 })
    const column = graph.op('Reshape', [name(labels), graph.ints([n, 1])])
    const picked = graph.op('GatherElements', [logProbabilities, column], { axis: 1 })
    const losses = graph.op('Neg', [graph.op('Reshape', [picked, graph.ints([n])])])
    const minusOne = graph.constant('float32', [n, 1], new Float32Array(n).fill(-1))
    return [losses, graph.op('ScatterElements', [graph.op('Exp', [logProbabilities]), column, minusOne], { axis: 1, reduction: 'add' })]
  }),
]
