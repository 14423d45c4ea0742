import { elementCount } from '../../../util/element-count.js'
import type { Value } from '../../trace/tape.js'
import type { GatherAttributes, OneHotAttributes } from '../../trace/rules/indexing.js'
import type { GraphBuilder } from '../builder.js'
import { callAttributes, cast, emit, fill, names, reshape } from './call.js'
import type { Call, Emitters } from './call.js'

export const indexing: Emitters = [
  ...emit('GatherV2', call => {
    const { graph, inputs, name } = call
    const [x, indices] = inputs as [Value, Value]
    const { axis, batchDims } = callAttributes<GatherAttributes>(call)
    if (batchDims === 0) return graph.op('Gather', names(call), { axis })
    const tuples = graph.op('Reshape', [name(indices), graph.ints([...indices.shape, 1])])
    return graph.op('GatherND', [name(x), cast(graph, tuples, 'int32', 'int64')], {
      batch_dims: batchDims,
    })
  }),
  ...emit('GatherNd', ({ graph, inputs: [x, indices], name }) =>
    graph.op('GatherND', [name(x!), cast(graph, name(indices!), 'int32', 'int64')]),
  ),
  ...emit('UnsortedSegmentSum', ({ graph, inputs, outputs: [sum], name }) => {
    const [x, segments] = inputs as [Value, Value]
    const rows = [elementCount(segments.shape), ...sum!.shape.slice(1)]
    return scatterRows(
      graph,
      fill(graph, x.dtype, sum!.shape, 0),
      name(segments),
      reshape(graph, name(x), x.shape, rows),
      rows,
      'add',
    )
  }),
  ...emit('ScatterNd', call => {
    const {
      graph,
      inputs,
      outputs: [sum],
    } = call
    const [indices, updates] = inputs as [Value, Value]
    return scatterTuples(call, fill(graph, updates.dtype, sum!.shape, 0), indices, updates, 'add')
  }),
  ...emit('TensorScatterUpdate', call => {
    const [x, indices, updates] = call.inputs as [Value, Value, Value]
    return call.graph.op('ScatterND', [
      call.name(x),
      cast(call.graph, call.name(indices), 'int32', 'int64'),
      call.name(updates),
    ])
  }),
  ...emit('OneHot', call => {
    const {
      graph,
      inputs: [indices],
      outputs: [hot],
      name,
    } = call
    const { depth, on, off } = callAttributes<OneHotAttributes>(call)
    const values = graph.constant('float32', [2], Float32Array.of(off, on))
    return cast(
      graph,
      graph.op(
        'OneHot',
        [cast(graph, name(indices!), 'int32', 'int64'), graph.int(depth), values],
        { axis: -1 },
      ),
      'float32',
      hot!.dtype,
    )
  }),
]

type ScatterReduction = 'add' | 'none'

/** Scatters updates by index tuples, which are converted to row indices first. */
function scatterTuples(
  { graph, outputs: [result], name }: Call,
  x: string,
  indices: Value,
  updates: Value,
  reduction: ScatterReduction,
): string {
  const { shape } = result!
  const depth = indices.shape.at(-1)!
  const count = elementCount(indices.shape.slice(0, -1))
  const flat = [elementCount(shape.slice(0, depth)), elementCount(shape.slice(depth))] as const
  const strides = Int32Array.from({ length: depth }, (_, axis) =>
    elementCount(shape.slice(axis + 1, depth)),
  )
  const tuples = reshape(graph, name(indices), indices.shape, [count, depth])
  const rows = graph.op(
    'ReduceSum',
    [graph.op('Mul', [tuples, graph.constant('int32', [depth], strides)]), graph.ints([1])],
    { keepdims: 0 },
  )
  const updateRows = reshape(graph, name(updates), updates.shape, [count, flat[1]])
  return reshape(
    graph,
    scatterRows(
      graph,
      reshape(graph, x, shape, flat),
      rows,
      updateRows,
      [count, flat[1]],
      reduction,
    ),
    flat,
    shape,
  )
}

/**
 * ScatterND with `reduction: add` races on duplicate indices; ScatterElements does not, so equal
 * runs give equal bits.
 */
function scatterRows(
  graph: GraphBuilder,
  x: string,
  rows: string,
  updates: string,
  shape: readonly number[],
  reduction: ScatterReduction,
): string {
  const column = graph.op('Reshape', [
    rows,
    graph.ints([shape[0]!, ...shape.slice(1).map(() => 1)]),
  ])
  return graph.op(
    'ScatterElements',
    [x, graph.op('Expand', [column, graph.ints(shape)]), updates],
    { axis: 0, reduction },
  )
}
