import type { Value } from '../../trace/tape.js'
import type { Window } from '../../trace/convolution.js'
import type { TfAttribute } from '../model.js'
import { T, attributesOf, emit, float, names } from './call.js'
import type { Call, Emitters } from './call.js'
import { activated } from './matrix.js'

/** Convolutions and pools, images as batch x height x width x channels as in tfjs. */
export const convolution: Emitters = [
  ...emit('Conv2D', forward),
  ...emit('FusedConv2D', call => {
    const { bias } = attributesOf<{ bias: boolean }>(call)
    const rest = names(call).slice(2)
    const sum = bias ? float(call.graph, 'AddV2', forward(call), rest.shift()!) : forward(call)
    return activated(call, sum, rest[0])
  }),
  ...emit('Conv2DBackpropInput DepthwiseConv2dNativeBackpropInput', (call, op) => {
    const {
      graph,
      inputs: [dy, filter],
      outputs: [dx],
      name,
    } = call
    return graph.op(op, [graph.ints(dx!.shape), name(filter!), name(dy!)], placed(call))
  }),
  ...emit('Conv2DBackpropFilter DepthwiseConv2dNativeBackpropFilter', (call, op) => {
    const {
      graph,
      inputs: [x, dy],
      outputs: [dw],
      name,
    } = call
    return graph.op(op, [name(x!), graph.ints(dw!.shape), name(dy!)], placed(call))
  }),
  ...emit('DepthwiseConv2dNative', call =>
    call.graph.op('DepthwiseConv2dNative', names(call), placed(call)),
  ),
  ...emit('MaxPool', call => call.graph.op('MaxPool', names(call), pooled(call))),
  ...emit('MaxPoolGrad', call => {
    const [dy, x, y] = names(call) as [string, string, string]
    return call.graph.op('MaxPoolGrad', [x, y, dy], pooled(call))
  }),
  ...emit('AvgPool', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    const { size, strides, pads } = windowOf(call)
    const valid = {
      ...T('float32'),
      ksize: { ints: [1, ...size, 1] },
      strides: { ints: [1, ...strides, 1] },
      padding: { string: 'VALID' },
    }
    if (pads.every(pad => pad === 0)) return graph.op('AvgPool', names(call), valid)
    // TensorFlow's own knows no explicit padding: an average with zeros among it, made up for by
    // how many there were.
    const [top, left, bottom, right] = pads
    const table = graph.constant({
      type: 'int32',
      shape: [4, 2],
      data: Int32Array.of(0, 0, top, bottom, left, right, 0, 0),
    })
    const padded = graph.op('PadV2', [...names(call), table, graph.scalar('float32', 0)], {
      ...T('float32'),
      Tpaddings: { type: 'int32' },
    })
    const counts = graph.constant({
      type: 'float32',
      shape: [...y!.shape.slice(1, 3), 1],
      data: sharesInside(x!, y!, windowOf(call)),
    })
    return float(graph, 'Mul', graph.op('AvgPool', [padded], valid), counts)
  }),
  ...emit('AvgPoolGrad', call => {
    const {
      graph,
      inputs: [dy, x],
      name,
    } = call
    return graph.op('AvgPoolGrad', [graph.ints(x!.shape), name(dy!)], {
      ...pooled(call),
      padding: { string: 'VALID' },
      explicit_paddings: { ints: [] },
    })
  }),
]

function forward(call: Call): string {
  return call.graph.op('Conv2D', names(call).slice(0, 2), placed(call))
}

function windowOf(call: Call): Window {
  return attributesOf<{ window: Window }>(call).window
}

function placed(call: Call): Readonly<Record<string, TfAttribute>> {
  const { strides, dilations } = windowOf(call)
  return {
    ...T('float32'),
    ...padding(call),
    strides: { ints: [1, ...strides, 1] },
    dilations: { ints: [1, ...dilations, 1] },
    data_format: { string: 'NHWC' },
  }
}

function pooled(call: Call): Readonly<Record<string, TfAttribute>> {
  const { size, strides } = windowOf(call)
  return {
    ...T('float32'),
    ...padding(call),
    ksize: { ints: [1, ...size, 1] },
    strides: { ints: [1, ...strides, 1] },
    data_format: { string: 'NHWC' },
  }
}

function padding(call: Call): Readonly<Record<string, TfAttribute>> {
  const {
    pads: [top, left, bottom, right],
  } = windowOf(call)
  if (top + left + bottom + right === 0)
    return { padding: { string: 'VALID' }, explicit_paddings: { ints: [] } }
  return {
    padding: { string: 'EXPLICIT' },
    explicit_paddings: { ints: [0, 0, top, bottom, left, right, 0, 0] },
  }
}

/** For each place of the window, its area over the part of it that lies in the image. */
function sharesInside(
  { shape: [, height, width] }: Value,
  { shape: [, rows, columns] }: Value,
  { size, strides, pads }: Window,
): Float32Array {
  const inside = (at: number, axis: 0 | 1, length: number): number => {
    const begin = at * strides[axis] - pads[axis]
    return Math.min(begin + size[axis], length) - Math.max(begin, 0)
  }
  return Float32Array.from(
    { length: rows! * columns! },
    (_, i) =>
      (size[0] * size[1]) /
      (inside(Math.floor(i / columns!), 0, height!) * inside(i % columns!, 1, width!)),
  )
}
