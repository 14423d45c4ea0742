import type { Value } from '../../trace/tape.js'
import { T, emit, float, names, outputsOf } from './call.js'
import type { Emitters } from './call.js'

/** Kernels that the operations of this house bring along. */
export const house: Emitters = [
  ...emit('Rotary', ({ graph, inputs, name }) => {
    const [x, cos, sin] = inputs as [Value, Value, Value]
    const last = x.shape.length - 1
    const halves = graph.op('Split', [graph.int(last), name(x)], { ...T('float32'), num_split: { int: 2 } })
    const [low, high] = outputsOf(halves, 2) as [string, string]
    const turned = graph.op('ConcatV2', [float(graph, 'Neg', high), low, graph.int(last)], { ...T('float32'), N: { int: 2 }, Tidx: { type: 'int32' } })
    return float(graph, 'AddV2', float(graph, 'Mul', name(x), name(cos)), float(graph, 'Mul', turned, name(sin)))
  }),
  ...emit('SparseXent', call => outputsOf(
    call.graph.op('SparseSoftmaxCrossEntropyWithLogits', names(call), { ...T('float32'), Tlabels: { type: 'int32' } }), 2)),
]
