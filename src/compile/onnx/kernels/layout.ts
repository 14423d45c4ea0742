import type { Value } from '../../trace/tape.js'
import { attributesOf, emit, names, reshaped } from './call.js'
import type { Call, Emitters } from './call.js'

/** Kernels that move elements and compute nothing. */
export const layout: Emitters = [
  ...emit('Reshape ExpandDims', ({ graph, inputs: [x], outputs: [y], name }) =>
    reshaped(graph, name(x!), x!.shape, y!.shape),
  ),
  ...emit('Transpose', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    const { perm } = attributesOf<{ perm: number[] }>(call)
    const moved = perm.filter(axis => x!.shape[axis] !== 1)
    // Where only axes of one element change places, the elements stay in order.
    if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!))
      return reshaped(graph, names(call)[0]!, x!.shape, y!.shape)
    return graph.op('Transpose', names(call), { perm })
  }),
  ...emit('Slice', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    if (x!.shape.join() === y!.shape.join()) return names(call)[0]!
    const { begin, size } = attributesOf<{ begin: number[]; size: number[] }>(call)
    return graph.op('Slice', [
      ...names(call),
      graph.ints(begin),
      graph.ints(begin.map((start, axis) => start + size[axis]!)),
    ])
  }),
  ...emit('StridedSlice', stridedSlice),
  ...emit('Concat', call =>
    call.graph.op('Concat', names(call), { axis: attributesOf<Axis>(call).axis }),
  ),
  ...emit('Pack', call => {
    const { graph, inputs, name } = call
    const { axis } = attributesOf<Axis>(call)
    return graph.op(
      'Concat',
      inputs.map(x => reshaped(graph, name(x), x.shape, x.shape.toSpliced(axis, 0, 1))),
      { axis },
    )
  }),
  ...emit('SplitV', call => {
    const { axis, sizes } = attributesOf<Axis & { sizes: number[] }>(call)
    return call.graph.ops(sizes.length, 'Split', [...names(call), call.graph.ints(sizes)], { axis })
  }),
  ...emit('Unpack', call => {
    const {
      graph,
      inputs: [x],
      outputs,
    } = call
    const { axis } = attributesOf<Axis>(call)
    const parts = graph.ops(
      outputs.length,
      'Split',
      [...names(call), graph.ints(outputs.map(() => 1))],
      { axis },
    )
    return parts.map((part, i) => reshaped(graph, part, x!.shape.with(axis, 1), outputs[i]!.shape))
  }),
  ...emit('Tile', call => {
    const { reps } = attributesOf<{ reps: number[] }>(call)
    return reps.every(times => times === 1)
      ? names(call)[0]!
      : call.graph.op('Tile', [...names(call), call.graph.ints(reps)])
  }),
  ...emit('PadV2', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { paddings, value } = attributesOf<{ paddings: [number, number][]; value: number }>(call)
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
    const { axes } = attributesOf<{ axes: number[] }>(call)
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

interface Axis {
  readonly axis: number
}

function stridedSlice(call: Call): string {
  const {
    graph,
    inputs: [x],
    outputs: [y],
  } = call
  const { begin, end, strides } =
    attributesOf<Readonly<Record<'begin' | 'end' | 'strides', number[]>>>(call)
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
