import type {
  AxisAttributes,
  CumsumAttributes,
  ReductionAttributes,
  TopKAttributes,
} from '../../trace/rules/axes.js'
import { callAttributes, cast, emit, floatInput, names, reshape } from './call.js'
import type { Call, Emitters } from './call.js'

/** Reductions, scans and other kernels that run along axes. */
export const alongAxes: Emitters = [
  ...emit('Sum', call => reduce(call, ...sumOperator(call))),
  ...emit('Max Min Prod', (call, kernel) => reduce(call, `Reduce${kernel}`, names(call)[0]!)),
  ...emit('Mean', call => reduce(call, 'ReduceMean', floatInput(call))),
  ...emit('Any', call => reduceLogical(call, 'ReduceMax')),
  ...emit('All', call => reduceLogical(call, 'ReduceMin')),
  ...emit('ArgMax ArgMin', (call, op) => {
    const axis = callAttributes<ReductionAttributes>(call).axes[0]!
    return cast(call.graph, call.graph.op(op, names(call), { axis, keepdims: 0 }), 'int64', 'int32')
  }),
  ...emit('Cumsum', call => {
    const { axis, exclusive, reverse } = callAttributes<CumsumAttributes>(call)
    return call.graph.op('CumSum', [...names(call), call.graph.int(axis)], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    })
  }),
  ...emit('Softmax', call =>
    call.graph.op('Softmax', [floatInput(call)], {
      axis: callAttributes<AxisAttributes>(call).axis,
    }),
  ),
  ...emit('TopK', call => {
    const { graph } = call
    const { k, sorted } = callAttributes<TopKAttributes>(call)
    const [values, indices] = graph.ops(2, 'TopK', [...names(call), graph.ints([k])], {
      axis: -1,
      largest: 1,
      sorted: sorted ? 1 : 0,
    })
    return [values!, cast(graph, indices!, 'int64', 'int32')]
  }),
]

/** A sum of squares has an operator that makes no tensor of squares. */
function sumOperator({ inputs: [x], producer, name }: Call): [op: string, x: string] {
  const square = producer(x!)
  const base = square?.inputs[0]
  return square?.kernel === 'Square' && base?.dtype === 'float32'
    ? ['ReduceSumSquare', name(base)]
    : ['ReduceSum', name(x!)]
}

function reduce(call: Call, op: string, x: string): string {
  const {
    graph,
    inputs: [input],
    outputs: [output],
  } = call
  const { axes, keepDims } = callAttributes<ReductionAttributes>(call)
  if (op !== 'ReduceSumSquare' && axes.every(axis => input!.shape[axis] === 1))
    return reshape(graph, x, input!.shape, output!.shape)
  return graph.op(op, [x, graph.ints(axes)], { keepdims: keepDims ? 1 : 0 })
}

function reduceLogical(call: Call, op: string): string {
  return cast(
    call.graph,
    reduce(call, op, cast(call.graph, names(call)[0]!, 'bool', 'int32')),
    'int32',
    'bool',
  )
}
