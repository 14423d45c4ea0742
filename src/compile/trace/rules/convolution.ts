import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { optionalInput, singleOutput, rule } from './rule.js'
import type { ShapeRule } from './rule.js'

/**
 * How a window moves over an image, rows before columns. Images are batch x height x width x
 * channels.
 */
export interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Rows above, columns to the left, rows below, columns to the right. */
  readonly pads: readonly [number, number, number, number]
}

type Shape4D = [number, number, number, number]
type Rounding = 'floor' | 'round' | 'ceil'
type Pads = tf.Conv2DAttrs['pad']
type Pair = number | [number, number]

/** Attribute on the tape of convolutions and pools. */
export interface WindowAttributes {
  readonly window: Window
}

/** Convolutions, pools and their gradients. */
export const convolutionRules: readonly (readonly [string, ShapeRule])[] = [
  ...rule<tf.Conv2DInputs, tf.Conv2DAttrs>('Conv2D', ({ x, filter }, attributes) => {
    const { shape, window } = convolution(x.shape, filter.shape, attributes)
    return singleOutput([x, filter], shape, 'float32', { window })
  }),
  ...rule<tf.FusedConv2DInputs, tf.FusedConv2DAttrs>(
    'FusedConv2D',
    ({ x, filter, bias, preluActivationWeights: alpha }, attributes) => {
      const { shape, window } = convolution(x.shape, filter.shape, attributes)
      const { activation, leakyreluAlpha } = attributes
      return singleOutput(
        [x, filter, ...optionalInput(bias), ...optionalInput(alpha)],
        shape,
        'float32',
        {
          window,
          activation,
          alpha: leakyreluAlpha ?? 0.2,
          bias: optionalInput(bias).length > 0,
        },
      )
    },
  ),
  ...rule<tf.Conv2DBackpropInputInputs, tf.Conv2DBackpropInputAttrs>(
    'Conv2DBackpropInput',
    ({ dy, filter }, attributes) => {
      const { window } = convolution(attributes.inputShape, filter.shape, attributes)
      return singleOutput([dy, filter], attributes.inputShape, 'float32', { window })
    },
  ),
  ...rule<tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs>(
    'Conv2DBackpropFilter',
    ({ x, dy }, attributes) => {
      const { window } = convolution(x.shape, attributes.filterShape, attributes)
      return singleOutput([x, dy], attributes.filterShape, 'float32', { window })
    },
  ),
  ...rule<tf.DepthwiseConv2dNativeInputs, tf.DepthwiseConv2dNativeAttrs>(
    'DepthwiseConv2dNative',
    ({ x, filter }, attributes) => {
      const { shape, window } = convolution(x.shape, filter.shape, attributes, true)
      return singleOutput([x, filter], shape, 'float32', { window })
    },
  ),
  ...rule<tf.DepthwiseConv2dNativeBackpropInputInputs, tf.DepthwiseConv2dNativeBackpropInputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter }, attributes) => {
      const { window } = convolution(attributes.inputShape, filter.shape, attributes, true)
      return singleOutput([dy, filter], attributes.inputShape, 'float32', { window })
    },
  ),
  ...rule<
    tf.DepthwiseConv2dNativeBackpropFilterInputs,
    tf.DepthwiseConv2dNativeBackpropFilterAttrs
  >('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes) => {
    const { window } = convolution(x.shape, attributes.filterShape, attributes, true)
    return singleOutput([x, dy], attributes.filterShape, 'float32', { window })
  }),
  ...rule<tf.MaxPoolInputs, tf.MaxPoolAttrs>('MaxPool AvgPool', ({ x }, attributes) => {
    const { shape, window } = pool(x, attributes)
    return singleOutput([x], shape, 'float32', { window })
  }),
  ...rule<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>(
    'MaxPoolGrad',
    ({ dy, input, output }, attributes) =>
      singleOutput([dy!, input!, output!], input!.shape, 'float32', {
        window: pool(input!, attributes).window,
      }),
  ),
  ...rule<tf.AvgPoolGradInputs, tf.AvgPoolGradAttrs>('AvgPoolGrad', ({ dy, input }, attributes) => {
    const { window } = pool(input!, attributes)
    if (window.pads.some(pad => pad > 0))
      throw new Error(
        "tfjs's gradient of an average over padding is wrong; " +
          'pad with tf.pad, and pool with "valid"',
      )
    return singleOutput([dy!, input!], input!.shape, 'float32', { window })
  }),
]

interface Placement {
  readonly strides: Pair
  readonly pad: Pads
  readonly dilations?: Pair
  readonly dimRoundingMode?: Rounding
  readonly dataFormat?: 'NHWC' | 'NCHW'
}

function convolution(
  x: readonly number[],
  filter: readonly number[],
  placement: Placement,
  depthwise = false,
): { readonly shape: number[]; readonly window: Window } {
  const { strides, pad, dilations, dimRoundingMode, dataFormat = 'NHWC' } = placement
  if (dataFormat !== 'NHWC')
    throw new Error(`images are traced as batch x height x width x channels, not as ${dataFormat}`)
  return windowFromInfo(
    tf.backend_util.computeConv2DInfo(
      [...x] as Shape4D,
      [...filter] as Shape4D,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      depthwise,
    ),
  )
}

function pool(
  { shape }: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: Placement & { readonly filterSize: Pair },
): { readonly shape: number[]; readonly window: Window } {
  return windowFromInfo(
    tf.backend_util.computePool2DInfo(
      shape as Shape4D,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    ),
  )
}

function windowFromInfo(info: ReturnType<typeof tf.backend_util.computeConv2DInfo>): {
  readonly shape: number[]
  readonly window: Window
} {
  const rows = endPadding(
    info.inHeight,
    info.outHeight,
    info.effectiveFilterHeight,
    info.strideHeight,
    info.padInfo.top,
  )
  const columns = endPadding(
    info.inWidth,
    info.outWidth,
    info.effectiveFilterWidth,
    info.strideWidth,
    info.padInfo.left,
  )
  return {
    shape: info.outShape,
    window: {
      size: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: [info.padInfo.top, info.padInfo.left, rows, columns],
    },
  }
}

/**
 * @param reach length that a window covers
 * @returns the padding after the image that the last of `count` windows needs, however tfjs rounded
 *   their number
 */
function endPadding(
  length: number,
  count: number,
  reach: number,
  stride: number,
  before: number,
): number {
  const after = Math.max(0, (count - 1) * stride + reach - length - before)
  if (Math.floor((length + before + after - reach) / stride) + 1 !== count)
    throw new Error(
      `${count} windows of ${reach} with stride ${stride} do not fill ${length} after ${before}`,
    )
  return after
}
