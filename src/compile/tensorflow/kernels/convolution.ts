import type { Value } from '../../trace/tape.js'
import type { Window, WindowAttributes } from '../../trace/rules/convolution.js'
import type { ActivationAttributes } from '../../trace/rules/matrix.js'
import type { TfAttribute } from '../model.js'
import { T, callAttributes, emit, float, names } from './call.js'
import type { Call, Emitters } from './call.js'
import { activate } from './matrix.js'

/** Convolutions and pools, images as batch x height x width x channels as in tfjs. */
export const convolution: Emitters = [
  ...emit('Conv2D', convolve),
  ...emit('FusedConv2D', call => {
    const { bias } = callAttributes<ActivationAttributes>(call)
    const extraInputs = names(call).slice(2)
    const sum = bias
      ? float(call.graph, 'AddV2', convolve(call), extraInputs.shift()!)
      : convolve(call)
    return activate(call, sum, extraInputs[0])
  }),
  ...emit('Conv2DBackpropInput DepthwiseConv2dNativeBackpropInput', (call, op) => {
    const {
      graph,
      inputs: [dy, filter],
      outputs: [dx],
      name,
    } = call
    return graph.op(
      op,
      [graph.ints(dx!.shape), name(filter!), name(dy!)],
      convolutionAttributes(call),
    )
  }),
  ...emit('Conv2DBackpropFilter DepthwiseConv2dNativeBackpropFilter', (call, op) => {
    const {
      graph,
      inputs: [x, dy],
      outputs: [dw],
      name,
    } = call
    return graph.op(op, [name(x!), graph.ints(dw!.shape), name(dy!)], convolutionAttributes(call))
  }),
  ...emit('DepthwiseConv2dNative', call =>
    call.graph.op('DepthwiseConv2dNative', names(call), convolutionAttributes(call)),
  ),
  ...emit('MaxPool', call => call.graph.op('MaxPool', names(call), poolAttributes(call))),
  ...emit('MaxPoolGrad', call => {
    const [dy, x, y] = names(call) as [string, string, string]
    return call.graph.op('MaxPoolGrad', [x, y, dy], poolAttributes(call))
  }),
  ...emit('AvgPool', call => {
    const {
      graph,
      inputs: [x],
      outputs: [y],
    } = call
    const { size, strides, pads } = callWindow(call)
    const valid = {
      ...T('float32'),
      ksize: { ints: [1, ...size, 1] },
      strides: { ints: [1, ...strides, 1] },
      padding: { string: 'VALID' },
    }
    if (pads.every(pad => pad === 0)) return graph.op('AvgPool', names(call), valid)
    // TensorFlow's AvgPool has no explicit padding: this averages over zeros too, and corrects for
    // their number.
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
      data: insideAreaFactors(x!, y!, callWindow(call)),
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
      ...poolAttributes(call),
      padding: { string: 'VALID' },
      explicit_paddings: { ints: [] },
    })
  }),
]

function convolve(call: Call): string {
  return call.graph.op('Conv2D', names(call).slice(0, 2), convolutionAttributes(call))
}

function callWindow(call: Call): Window {
  return callAttributes<WindowAttributes>(call).window
}

function convolutionAttributes(call: Call): Readonly<Record<string, TfAttribute>> {
  const { strides, dilations } = callWindow(call)
  return {
    ...T('float32'),
    ...padding(call),
    strides: { ints: [1, ...strides, 1] },
    dilations: { ints: [1, ...dilations, 1] },
    data_format: { string: 'NHWC' },
  }
}

function poolAttributes(call: Call): Readonly<Record<string, TfAttribute>> {
  const { size, strides } = callWindow(call)
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
  } = callWindow(call)
  if (top + left + bottom + right === 0)
    return { padding: { string: 'VALID' }, explicit_paddings: { ints: [] } }
  return {
    padding: { string: 'EXPLICIT' },
    explicit_paddings: { ints: [0, 0, top, bottom, left, right, 0, 0] },
  }
}

/** For each position of the window: its area divided by the area that lies in the image. */
function insideAreaFactors(
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
