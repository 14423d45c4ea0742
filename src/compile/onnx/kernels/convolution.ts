import { elementCount } from '../../../util/element-count.js'
import type { Value } from '../../trace/tape.js'
import type { Window, WindowAttributes } from '../../trace/rules/convolution.js'
import type { ActivationAttributes } from '../../trace/rules/matrix.js'
import type { GraphBuilder } from '../builder.js'
import { callAttributes, emit, fill, names, reshape } from './call.js'
import type { Call, Emitters } from './call.js'
import { activate } from './matrix.js'

/**
 * Convolutions and pools. tfjs has images as batch x height x width x channels and filters as
 * height x width x in x out; ONNX has channels second and filters as out x in x height x width.
 * onnxruntime removes most of the transpositions between.
 */
export const convolution: Emitters = [
  ...emit('Conv2D', convolve),
  ...emit('FusedConv2D', call => {
    const { bias } = callAttributes<ActivationAttributes>(call)
    const extraInputs = names(call).slice(2)
    const sum = bias ? call.graph.op('Add', [convolve(call), extraInputs.shift()!]) : convolve(call)
    return activate(call, sum, extraInputs[0])
  }),
  ...emit('Conv2DBackpropInput', call => {
    const {
      graph,
      inputs: [dy, filter],
      outputs: [dx],
      name,
    } = call
    const w = graph.op('Transpose', [name(filter!)], { perm: [3, 2, 0, 1] })
    return channelsLast(
      graph,
      graph.op(
        'ConvTranspose',
        [channelsFirst(graph, name(dy!)), w],
        transposedAttributes(call, dx!, dy!),
      ),
    )
  }),
  ...emit('Conv2DBackpropFilter', call => {
    const {
      graph,
      inputs: [x, dy],
      outputs: [dw],
      name,
    } = call
    // The gradient is a convolution: channels act as the batch, images as the channels, and dy as
    // the filter.
    const images = graph.op('Transpose', [name(x!)], { perm: [3, 0, 1, 2] })
    const filters = graph.op('Transpose', [name(dy!)], { perm: [3, 0, 1, 2] })
    const sums = crop(
      graph,
      graph.op('Conv', [images, filters], filterGradientAttributes(call, dy!)),
      dw!,
    )
    return graph.op('Transpose', [sums], { perm: [2, 3, 0, 1] })
  }),
  ...emit('DepthwiseConv2dNative', call => {
    const {
      graph,
      inputs: [x, filter],
      name,
    } = call
    return channelsLast(
      graph,
      graph.op(
        'Conv',
        [channelsFirst(graph, name(x!)), depthwiseFilter(graph, name(filter!), filter!)],
        {
          ...convolutionAttributes(call),
          group: filter!.shape[2]!,
        },
      ),
    )
  }),
  ...emit('DepthwiseConv2dNativeBackpropInput', call => {
    const {
      graph,
      inputs: [dy, filter],
      outputs: [dx],
      name,
    } = call
    const w = depthwiseFilter(graph, name(filter!), filter!)
    return channelsLast(
      graph,
      graph.op('ConvTranspose', [channelsFirst(graph, name(dy!)), w], {
        ...transposedAttributes(call, dx!, dy!),
        group: filter!.shape[2]!,
      }),
    )
  }),
  ...emit('DepthwiseConv2dNativeBackpropFilter', call => {
    const {
      graph,
      inputs: [x, dy],
      outputs: [dw],
      name,
    } = call
    const [batch, height, width, channels] = x!.shape as [number, number, number, number]
    const [rows, columns, , multiplier] = dw!.shape as [number, number, number, number]
    const images = reshape(
      graph,
      graph.op('Transpose', [name(x!)], { perm: [3, 0, 1, 2] }),
      [channels, batch, height, width],
      [1, channels * batch, height, width],
    )
    const filters = graph.op('Transpose', [name(dy!)], { perm: [3, 0, 1, 2] })
    const sums = crop(
      graph,
      graph.op('Conv', [images, filters], {
        ...filterGradientAttributes(call, dy!),
        group: channels,
      }),
      dw!,
    )
    return graph.op(
      'Transpose',
      [graph.op('Reshape', [sums, graph.ints([channels, multiplier, rows, columns])])],
      { perm: [2, 3, 0, 1] },
    )
  }),

  ...emit('MaxPool', call =>
    channelsLast(
      call.graph,
      call.graph.op('MaxPool', [channelsFirst(call.graph, names(call)[0]!)], poolAttributes(call)),
    ),
  ),
  ...emit('AvgPool', call =>
    channelsLast(
      call.graph,
      call.graph.op(
        'AveragePool',
        [channelsFirst(call.graph, names(call)[0]!)],
        poolAttributes(call),
      ),
    ),
  ),
  ...emit('MaxPoolGrad', call => {
    const {
      graph,
      inputs: [dy, x],
      name,
    } = call
    const [batch, height, width, channels] = x!.shape as [number, number, number, number]
    // The positions of the maxima are indices of elements of the whole tensor, in ONNX's order.
    const [, positions] = graph.ops(
      2,
      'MaxPool',
      [channelsFirst(graph, name(x!))],
      poolAttributes(call),
    )
    const flat = (value: string): string => graph.op('Reshape', [value, graph.ints([-1])])
    const sums = graph.op(
      'ScatterElements',
      [
        fill(graph, 'float32', [elementCount(x!.shape)], 0),
        flat(positions!),
        flat(channelsFirst(graph, name(dy!))),
      ],
      { axis: 0, reduction: 'add' },
    )
    return channelsLast(
      graph,
      graph.op('Reshape', [sums, graph.ints([batch, channels, height, width])]),
    )
  }),
  ...emit('AvgPoolGrad', call => {
    const {
      graph,
      inputs: [dy, x],
      name,
    } = call
    const [batch, height, width, channels] = x!.shape as [number, number, number, number]
    const [, rows, columns] = dy!.shape as [number, number, number, number]
    const { size } = callWindow(call)
    // Each window gives every element an equal share; each channel is an image of its own.
    const shares = graph.constant(
      'float32',
      [1, 1, ...size],
      new Float32Array(size[0] * size[1]).fill(1 / (size[0] * size[1])),
    )
    const singles = graph.op('Reshape', [
      channelsFirst(graph, name(dy!)),
      graph.ints([batch * channels, 1, rows, columns]),
    ])
    const sums = graph.op('ConvTranspose', [singles, shares], transposedAttributes(call, x!, dy!))
    return channelsLast(
      graph,
      graph.op('Reshape', [sums, graph.ints([batch, channels, height, width])]),
    )
  }),
]

function convolve(call: Call): string {
  const {
    graph,
    inputs: [x, filter],
    name,
  } = call
  const w = graph.op('Transpose', [name(filter!)], { perm: [3, 2, 0, 1] })
  return channelsLast(
    graph,
    graph.op('Conv', [channelsFirst(graph, name(x!)), w], convolutionAttributes(call)),
  )
}

function channelsFirst(graph: GraphBuilder, x: string): string {
  return graph.op('Transpose', [x], { perm: [0, 3, 1, 2] })
}

function channelsLast(graph: GraphBuilder, x: string): string {
  return graph.op('Transpose', [x], { perm: [0, 2, 3, 1] })
}

/** height x width x in x multiplier → in · multiplier x 1 x height x width */
function depthwiseFilter(graph: GraphBuilder, filter: string, { shape }: Value): string {
  const [rows, columns, channels, multiplier] = shape as [number, number, number, number]
  return graph.op('Reshape', [
    graph.op('Transpose', [filter], { perm: [2, 3, 0, 1] }),
    graph.ints([channels * multiplier, 1, rows, columns]),
  ])
}

function callWindow(call: Call): Window {
  return callAttributes<WindowAttributes>(call).window
}

function convolutionAttributes(call: Call): Readonly<Record<string, readonly number[]>> {
  const { strides, dilations, pads } = callWindow(call)
  return { strides, dilations, pads }
}

function poolAttributes(call: Call): Readonly<Record<string, readonly number[]>> {
  const { size, strides, pads } = callWindow(call)
  return { kernel_shape: size, strides, pads }
}

/**
 * A transpose convolution of dy that fills x: rows that no window reached are added at the end.
 */
function transposedAttributes(
  call: Call,
  x: Value,
  dy: Value,
): Readonly<Record<string, readonly number[]>> {
  const { size, strides, dilations, pads } = callWindow(call)
  const outputPadding = [0, 1].map(
    i =>
      x.shape[i + 1]! -
      ((dy.shape[i + 1]! - 1) * strides[i]! +
        (size[i]! - 1) * dilations[i]! +
        1 -
        pads[i]! -
        pads[i + 2]!),
  )
  return { strides, dilations, pads, output_padding: outputPadding }
}

/** Strides and dilations are swapped, as dy acts as the filter. */
function filterGradientAttributes(
  call: Call,
  dy: Value,
): Readonly<Record<string, readonly number[]>> {
  const { strides, dilations, pads } = callWindow(call)
  return { strides: dilations, dilations: strides, pads, kernel_shape: dy.shape.slice(1, 3) }
}

/**
 * Removes rows and columns past the filter's, which come from image edges that no window covers.
 * @param dw height x width x …
 */
function crop(graph: GraphBuilder, x: string, { shape: [rows, columns] }: Value): string {
  return graph.op('Slice', [
    x,
    graph.ints([0, 0]),
    graph.ints([rows!, columns!]),
    graph.ints([2, 3]),
  ])
}
