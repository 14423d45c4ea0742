import type { AxisAttributes } from '../../trace/rules/axes.js'
import type {
  PadAttributes,
  SliceAttributes,
  SplitAttributes,
  StridedSliceAttributes,
} from '../../trace/rules/layout.js'
import { T, callAttributes, emit, names, outputNames, reshape, transpose } from './call.js'
import type { Call, Emitters } from './call.js'

/** Kernels that move elements and compute nothing. */
export const layout: Emitters = [
  ...emit('Reshape ExpandDims', ({ graph, inputs: [x], outputs: [y], name }) =>
    reshape(graph, name(x!), x!.dtype, x!.shape, y!.shape),
  ),
  ...emit('Transpose', call =>
    transpose(
      call.graph,
      names(call)[0]!,
      call.inputs[0]!.dtype,
      callAttributes<{ perm: number[] }>(call).perm,
    ),
  ),
  ...emit('Slice', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    if (x!.shape.join() === y!.shape.join()) return names(call)[0]!
    const { begin, size } = callAttributes<SliceAttributes>(call)
    return graph.op('Slice', [...names(call), graph.ints(begin), graph.ints(size)], {
      ...T(x!.dtype),
      Index: { type: 'int32' },
    })
  }),
  ...emit('StridedSlice', stridedSlice),
  ...emit('Concat', call => {
    const { graph, inputs } = call
    if (inputs.length === 1) return names(call)[0]!
    return graph.op(
      'ConcatV2',
      [...names(call), graph.int(callAttributes<AxisAttributes>(call).axis)],
      {
        ...T(inputs[0]!.dtype),
        N: { int: inputs.length },
        Tidx: { type: 'int32' },
      },
    )
  }),
  ...emit('Pack', call =>
    call.graph.op('Pack', names(call), {
      ...T(call.inputs[0]!.dtype),
      N: { int: call.inputs.length },
      axis: { int: callAttributes<AxisAttributes>(call).axis },
    }),
  ),
  ...emit('SplitV', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { axis, sizes } = callAttributes<SplitAttributes>(call)
    const split = graph.op('SplitV', [...names(call), graph.ints(sizes), graph.int(axis)], {
      ...T(x!.dtype),
      num_split: { int: sizes.length },
      Tlen: { type: 'int32' },
    })
    return outputNames(split, sizes.length)
  }),
  ...emit('Unpack', call => {
    const count = call.outputs.length
    return outputNames(
      call.graph.op('Unpack', names(call), {
        ...T(call.inputs[0]!.dtype),
        num: { int: count },
        axis: { int: callAttributes<AxisAttributes>(call).axis },
      }),
      count,
    )
  }),
  ...emit('Tile', call => {
    const { reps } = callAttributes<{ reps: number[] }>(call)
    if (reps.every(times => times === 1)) return names(call)[0]!
    return call.graph.op('Tile', [...names(call), call.graph.ints(reps)], {
      ...T(call.inputs[0]!.dtype),
      Tmultiples: { type: 'int32' },
    })
  }),
  ...emit('PadV2', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { paddings, value } = callAttributes<PadAttributes>(call)
    const table = graph.constant({
      type: 'int32',
      shape: [paddings.length, 2],
      data: Int32Array.from(paddings.flat()),
    })
    return graph.op('PadV2', [...names(call), table, graph.scalar(x!.dtype, value)], {
      ...T(x!.dtype),
      Tpaddings: { type: 'int32' },
    })
  }),
  ...emit('Reverse', call =>
    call.graph.op(
      'ReverseV2',
      [...names(call), call.graph.ints(callAttributes<{ axes: number[] }>(call).axes)],
      { ...T(call.inputs[0]!.dtype), Tidx: { type: 'int32' } },
    ),
  ),
]

function stridedSlice(call: Call): string {
  const {
    graph,
    inputs: [x],
    outputs: [y],
  } = call
  const { begin, end, strides } = callAttributes<StridedSliceAttributes>(call)
  // A slice that runs backwards to take in element 0 ends before it: −1 would be the last element.
  const endMask = end.reduce(
    (mask, stop, axis) => mask | (strides[axis]! < 0 && stop < 0 ? 1 << axis : 0),
    0,
  )
  const none = { int: 0 }
  const sliced = graph.op(
    'StridedSlice',
    [...names(call), graph.ints(begin), graph.ints(end), graph.ints(strides)],
    {
      ...T(x!.dtype),
      Index: { type: 'int32' },
      begin_mask: none,
      end_mask: { int: endMask },
      ellipsis_mask: none,
      new_axis_mask: none,
      shrink_axis_mask: none,
    },
  )
  return graph.op('Reshape', [sliced, graph.ints(y!.shape)], {
    ...T(x!.dtype),
    Tshape: { type: 'int32' },
  })
}
