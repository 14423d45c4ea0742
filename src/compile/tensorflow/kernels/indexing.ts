import type { GatherAttributes, OneHotAttributes } from '../../trace/rules/indexing.js'
import { T, callAttributes, emit, names } from './call.js'
import type { Emitters } from './call.js'

const indices = { Tindices: { type: 'int32' } } as const

export const indexing: Emitters = [
  ...emit('GatherV2', call => {
    const { axis, batchDims } = callAttributes<GatherAttributes>(call)
    return call.graph.op('GatherV2', [...names(call), call.graph.int(axis)], {
      Tparams: { type: call.inputs[0]!.dtype },
      ...indices,
      Taxis: { type: 'int32' },
      batch_dims: { int: batchDims },
    })
  }),
  ...emit('GatherNd', call =>
    call.graph.op('GatherNd', names(call), {
      Tparams: { type: call.inputs[0]!.dtype },
      ...indices,
    }),
  ),
  ...emit('UnsortedSegmentSum', call =>
    call.graph.op(
      'UnsortedSegmentSum',
      [...names(call), call.graph.int(call.outputs[0]!.shape[0]!)],
      { ...T(call.inputs[0]!.dtype), ...indices, Tnumsegments: { type: 'int32' } },
    ),
  ),
  ...emit('ScatterNd', call =>
    call.graph.op('ScatterNd', [...names(call), call.graph.ints(call.outputs[0]!.shape)], {
      ...T(call.inputs[1]!.dtype),
      ...indices,
    }),
  ),
  ...emit('TensorScatterUpdate', call =>
    call.graph.op('TensorScatterUpdate', names(call), { ...T(call.inputs[0]!.dtype), ...indices }),
  ),
  ...emit('OneHot', call => {
    const {
      graph,
      outputs: [hot],
    } = call
    const { depth, on, off } = callAttributes<OneHotAttributes>(call)
    return graph.op(
      'OneHot',
      [
        ...names(call),
        graph.int(depth),
        graph.scalar(hot!.dtype, on),
        graph.scalar(hot!.dtype, off),
      ],
      { ...T(hot!.dtype), TI: { type: 'int32' }, axis: { int: -1 } },
    )
  }),
]
