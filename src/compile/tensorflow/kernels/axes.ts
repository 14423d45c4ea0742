import {
  T,
  callAttributes,
  emit,
  float,
  floatInput,
  names,
  outputNames,
  reshape,
  transpose,
} from './call.js'
import type { Call, Emitters } from './call.js'
import type {
  AxisAttributes,
  CumsumAttributes,
  ReductionAttributes,
  TopKAttributes,
} from '../../trace/rules/axes.js'
import type { TfAttribute } from '../model.js'

/** Reductions, scans and other kernels that run along axes. */
export const alongAxes: Emitters = [
  ...emit('Max Min Prod Sum', (call, op) =>
    reduce(call, op, names(call)[0]!, T(call.inputs[0]!.dtype)),
  ),
  ...emit('Mean', call => reduce(call, 'Mean', floatInput(call), T('float32'))),
  ...emit('Any All', (call, op) => reduce(call, op, names(call)[0]!, {})),
  ...emit('ArgMax ArgMin', (call, op) => {
    const axis = call.graph.int(callAttributes<ReductionAttributes>(call).axes[0]!)
    return call.graph.op(op, [...names(call), axis], {
      ...T(call.inputs[0]!.dtype),
      Tidx: { type: 'int32' },
      output_type: { type: 'int32' },
    })
  }),
  ...emit('Cumsum', call => {
    const { axis, exclusive, reverse } = callAttributes<CumsumAttributes>(call)
    return call.graph.op('Cumsum', [...names(call), call.graph.int(axis)], {
      ...T(call.inputs[0]!.dtype),
      Tidx: { type: 'int32' },
      exclusive: { bool: Boolean(exclusive) },
      reverse: { bool: Boolean(reverse) },
    })
  }),
  ...emit('Softmax', softmax),
  ...emit('TopK', call => {
    const { k, sorted } = callAttributes<TopKAttributes>(call)
    return outputNames(
      call.graph.op('TopKV2', [...names(call), call.graph.int(k)], {
        ...T(call.inputs[0]!.dtype),
        sorted: { bool: Boolean(sorted) },
      }),
      2,
    )
  }),
]

function reduce(
  call: Call,
  op: string,
  x: string,
  type: Readonly<Record<string, TfAttribute>>,
): string {
  const {
    graph,
    inputs: [input],
    outputs: [output],
  } = call
  const { axes, keepDims } = callAttributes<ReductionAttributes>(call)
  if (axes.every(axis => input!.shape[axis] === 1))
    return reshape(graph, x, output!.dtype, input!.shape, output!.shape)
  return graph.op(op, [x, graph.ints(axes)], {
    ...type,
    Tidx: { type: 'int32' },
    keep_dims: { bool: keepDims },
  })
}

/** TensorFlow's own runs along the last axis only. */
function softmax(call: Call): string {
  const {
    graph,
    inputs: [x],
  } = call
  const { axis } = callAttributes<AxisAttributes>(call)
  const last = x!.shape.length - 1
  if (axis === last) return float(graph, 'Softmax', floatInput(call))
  const swap = x!.shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
  return transpose(
    graph,
    float(graph, 'Softmax', transpose(graph, floatInput(call), 'float32', swap)),
    'float32',
    swap,
  )
}
