import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { elementCount } from '../../../util/element-count.js'
import { positiveAxis, rule, singleOutput, tensorList, valueType } from './rule.js'
import type { ShapeRule } from './rule.js'

export interface SplitAttributes {
  readonly axis: number
  readonly sizes: readonly number[]
}

export interface SliceAttributes {
  readonly begin: readonly number[]
  readonly size: readonly number[]
}

export interface StridedSliceAttributes {
  readonly begin: readonly number[]
  readonly end: readonly number[]
  readonly strides: readonly number[]
}

export interface PadAttributes {
  readonly paddings: readonly (readonly [before: number, after: number])[]
  readonly value: number
}

/** Kernels that move elements and compute nothing. */
export const layoutRules: readonly (readonly [string, ShapeRule])[] = [
  ...rule<tf.ReshapeInputs, tf.ReshapeAttrs>('Reshape', ({ x }, { shape }) =>
    singleOutput([x], tf.util.inferFromImplicitShape(shape, elementCount(x.shape)), x.dtype),
  ),
  ...rule<tf.ExpandDimsInputs, tf.ExpandDimsAttrs>('ExpandDims', ({ input }, { dim }) =>
    singleOutput(
      [input],
      input.shape.toSpliced(dim < 0 ? input.shape.length + 1 + dim : dim, 0, 1),
      input.dtype,
    ),
  ),
  ...rule<tf.TransposeInputs, tf.TransposeAttrs>('Transpose', ({ x }, { perm }) =>
    singleOutput(
      [x],
      perm.map(axis => x.shape[axis]!),
      x.dtype,
      { perm },
    ),
  ),
  ...rule<tf.SliceInputs, tf.SliceAttrs>('Slice', ({ x }, attributes) => {
    const [begin, size] = tf.slice_util.parseSliceParams(x, attributes.begin, attributes.size) as [
      number[],
      number[],
    ]
    return singleOutput([x], size, x.dtype, { begin, size })
  }),
  ...rule<tf.StridedSliceInputs, tf.StridedSliceAttrs>('StridedSlice', ({ x }, a) => {
    const { finalShape, begin, end, strides } = tf.slice_util.sliceInfo(
      x.shape,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    )
    return singleOutput([x], finalShape, x.dtype, { begin, end, strides })
  }),
  ...rule<readonly TensorInfo[], tf.ConcatAttrs>('Concat', (inputs, attributes) => {
    const list = tensorList(inputs)
    const axis = positiveAxis(attributes.axis, list[0]!.shape)
    return singleOutput(
      list,
      list[0]!.shape.with(
        axis,
        list.reduce((sum, x) => sum + x.shape[axis]!, 0),
      ),
      list[0]!.dtype,
      { axis },
    )
  }),
  ...rule<readonly TensorInfo[], tf.PackAttrs>('Pack', (inputs, attributes) => {
    const list = tensorList(inputs)
    const axis = attributes.axis < 0 ? list[0]!.shape.length + 1 + attributes.axis : attributes.axis
    return singleOutput(list, list[0]!.shape.toSpliced(axis, 0, list.length), list[0]!.dtype, {
      axis,
    })
  }),
  ...rule<tf.SplitVInputs, tf.SplitVAttrs>('SplitV', ({ x }, attributes) => {
    const axis = positiveAxis(attributes.axis, x.shape)
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis)
    return {
      inputs: [x],
      outputs: sizes.map(size => ({ shape: x.shape.with(axis, size), dtype: valueType(x.dtype) })),
      attributes: { axis, sizes },
    }
  }),
  ...rule<tf.UnpackInputs, tf.UnpackAttrs>('Unpack', ({ value }, attributes) => {
    const axis = positiveAxis(attributes.axis, value.shape)
    const output = { shape: value.shape.toSpliced(axis, 1), dtype: valueType(value.dtype) }
    return {
      inputs: [value],
      outputs: Array.from({ length: value.shape[axis]! }, () => output),
      attributes: { axis },
    }
  }),
  ...rule<tf.TileInputs, tf.TileAttrs>('Tile', ({ x }, { reps }) =>
    singleOutput(
      [x],
      x.shape.map((length, axis) => length * reps[axis]!),
      x.dtype,
      { reps },
    ),
  ),
  ...rule<tf.PadV2Inputs, tf.PadV2Attrs>('PadV2', ({ x }, { paddings, constantValue }) =>
    singleOutput(
      [x],
      x.shape.map((length, axis) => paddings[axis]![0] + length + paddings[axis]![1]),
      x.dtype,
      { paddings, value: constantValue },
    ),
  ),
  ...rule<tf.ReverseInputs, tf.ReverseAttrs>('Reverse', ({ x }, { dims }) =>
    singleOutput([x], x.shape, x.dtype, { axes: tf.util.parseAxisParam(dims, x.shape) }),
  ),
]
