import { attributesOf, cast, emit, floatInput, names, reshaped } from './call.js'
import type { Call, Emitters } from './call.js'

/** Reductions, scans and whatever else runs along axes. */
export const alongAxes: Emitters = [
  ...emit('Sum', call => reduced(call, ...summed(call))),
  ...emit('Max Min Prod', (call, kernel) => reduced(call, `Reduce${kernel}`, names(call)[0]!)),
  ...emit('Mean', call => reduced(call, 'ReduceMean', floatInput(call))),
  ...emit('Any', call => logical(call, 'ReduceMax')),
  ...emit('All', call => logical(call, 'ReduceMin')),
  ...emit('ArgMax ArgMin', (call, op) => {
    const axis = attributesOf<Reduction>(call).axes[0]!
    return cast(call.graph, call.graph.op(op, names(call), { axis, keepdims: 0 }), 'int64', 'int32')
  }),
  ...emit('Cumsum', call => {
    const { axis, exclusive, reverse } = attributesOf<{
      axis: number
      exclusive: boolean
      reverse: boolean
    }>(call)
    return call.graph.op('CumSum', [...names(call), call.graph.int(axis)], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    })
  }),
  ...emit('Softmax', call =>
    call.graph.op('Softmax', [floatInput(call)], {
      axis: attributesOf<{ axis: number }>(call).axis,
    }),
  ),
  ...emit('TopK', call => {
    const { graph } = call
    const { k, sorted } = attributesOf<{ k: number; sorted: boolean }>(call)
    const [values, indices] = graph.ops(2, 'TopK', [...names(call), graph.ints([k])], {
      axis: -1,
      largest: 1,
      sorted: sorted ? 1 : 0,
    })
    return [values!, cast(graph, indices!, 'int64', 'int32')]
  }),
]

interface Reduction {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** A sum of squares has an operator that makes no tensor of squares. */
function summed({ inputs: [x], maker, name }: Call): [op: string, x: string] {
  const square = maker(x!)
  const of = square?.inputs[0]
  return square?.kernel === 'Square' && of?.dtype === 'float32'
    ? ['ReduceSumSquare', name(of)]
    : ['ReduceSum', name(x!)]
}

function reduced(call: Call, op: string, x: string): string {
  const {
    graph,
    inputs: [input],
    outputs: [output],
  } = call
  const { axes, keepDims } = attributesOf<Reduction>(call)
  if (op !== 'ReduceSumSquare' && axes.every(axis => input!.shape[axis] === 1))
    return reshaped(graph, x, input!.shape, output!.shape)
  return graph.op(op, [x, graph.ints(axes)], { keepdims: keepDims ? 1 : 0 })
}

function logical(call: Call, op: string): string {
  return cast(
    call.graph,
    reduced(call, op, cast(call.graph, names(call)[0]!, 'bool', 'int32')),
    'int32',
    'bool',
  )
}
