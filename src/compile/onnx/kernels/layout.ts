import type { Value } from '../../trace/tape.js'
import type { AxisAttributes } from '../../trace/rules/axes.js'
import type {
  PadAttributes,
  SliceAttributes,
  SplitAttributes,
  StridedSliceAttributes,
} from '../../trace/rules/layout.js'
import { callAttributes, emit, names, reshape } from './call.js'
import type { Call, Emitters } from './call.js'

/** Kernels that move elements and compute nothing. */
export const layout: Emitters = [
  ...emit('Reshape ExpandDims', ({ graph, inputs: [x], outputs: [y], name }) =>
    reshape(graph, name(x!), x!.shape, y!.shape),
  ),
  ...emit('Transpose', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    const { perm } = callAttributes<{ perm: number[] }>(call)
    const order = perm.filter(axis => x!.shape[axis] !== 1)
    // Moving only axes of length 1 leaves the elements in order.
    if (order.every((axis, i) => i === 0 || axis > order[i - 1]!))
      return reshape(graph, names(call)[0]!, x!.shape, y!.shape)
    return graph.op('Transpose', names(call), { perm })
  }),
  ...emit('Slice', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    if (x!.shape.join() === y!.shape.join()) return names(call)[0]!
    const { begin, size } = callAttributes<SliceAttributes>(call)
    return graph.op('Slice', [
      ...names(call),
      graph.ints(begin),
      graph.ints(begin.map((start, axis) => start + size[axis]!)),
    ])
  }),
  ...emit('StridedSlice', stridedSlice),
  ...emit('Concat', call =>
    call.graph.op('Concat', names(call), { axis: callAttributes<AxisAttributes>(call).axis }),
  ),
  ...emit('Pack', call => {
    const { graph, inputs, name } = call
    const { axis } = callAttributes<AxisAttributes>(call)
    return graph.op(
      'Concat',
      inputs.map(x => reshape(graph, name(x), x.shape, x.shape.toSpliced(axis, 0, 1))),
      { axis },
    )
  }),
  ...emit('SplitV', call => {
    const { axis, sizes } = callAttributes<SplitAttributes>(call)
    return call.graph.ops(sizes.length, 'Split', [...names(call), call.graph.ints(sizes)], { axis })
  }),
  ...emit('Unpack', call => {
    const {
      graph,
      inputs: [x],
      outputs,
    } = call
    const { axis } = callAttributes<AxisAttributes>(call)
    const slices = graph.ops(
      outputs.length,
      'Split',
      [...names(call), graph.ints(outputs.map(() => 1))],
      { axis },
    )
    return slices.map((slice, i) =>
      reshape(graph, slice, x!.shape.with(axis, 1), outputs[i]!.shape),
    )
  }),
  ...emit('Tile', call => {
    const { reps } = callAttributes<{ reps: number[] }>(call)
    return reps.every(times => times === 1)
      ? names(call)[0]!
      : call.graph.op('Tile', [...names(call), call.graph.ints(reps)])
  }),
  ...emit('PadV2', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { paddings, value } = callAttributes<PadAttributes>(call)
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]
    return graph.op('Pad', [...names(call), graph.ints(pads), graph.scalar(x!.dtype, value)], {
      mode: 'constant',
    })
  }),
  ...emit('Reverse', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { axes } = callAttributes<{ axes: number[] }>(call)
    const backwards = graph.ints(axes.map(() => -1))
    return graph.op('Slice', [
      ...names(call),
      backwards,
      graph.ints(axes.map(axis => beforeFirst(x!, axis))),
      graph.ints(axes),
      backwards,
    ])
  }),
]

function stridedSlice(call: Call): string {
  const {
    graph,
    inputs: [x],
    outputs: [y],
  } = call
  const { begin, end, strides } = callAttributes<StridedSliceAttributes>(call)
  const ends = end.map((stop, axis) =>
    strides[axis]! < 0 && stop < 0 ? beforeFirst(x!, axis) : stop,
  )
  const sliced = graph.op('Slice', [
    ...names(call),
    graph.ints(begin),
    graph.ints(ends),
    graph.ints(begin.map((_, axis) => axis)),
    graph.ints(strides),
  ])
  return graph.op('Reshape', [sliced, graph.ints(y!.shape)])
}

/**
 * Where a slice that runs backwards ends so that it takes in element 0: −1 would be the last
 * element.
 */
function beforeFirst(x: Value, axis: number): number {
  return -x.shape[axis]! - 1
}
