import type * as tf from '@tensorflow/tfjs'
import { positiveAxis, rule, singleOutput } from './rule.js'
import type { ShapeRule } from './rule.js'

export interface GatherAttributes {
  readonly axis: number
  readonly batchDims: number
}

export interface OneHotAttributes {
  readonly depth: number
  readonly on: number
  readonly off: number
}

/** Kernels that read or write elements by their indices. */
export const indexingRules: readonly (readonly [string, ShapeRule])[] = [
  ...rule<tf.GatherV2Inputs, tf.GatherV2Attrs>(
    'GatherV2',
    ({ x, indices }, { axis, batchDims = 0 }) => {
      const at = positiveAxis(axis, x.shape)
      if (batchDims !== 0 && batchDims !== at)
        throw new Error('gather with batchDims is traced only along the axis that follows them')
      return singleOutput(
        [x, indices],
        [...x.shape.slice(0, at), ...indices.shape.slice(batchDims), ...x.shape.slice(at + 1)],
        x.dtype,
        { axis: at, batchDims },
      )
    },
  ),
  ...rule<tf.GatherNdInputs>('GatherNd', ({ params, indices }) =>
    singleOutput(
      [params, indices],
      [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))],
      params.dtype,
    ),
  ),
  ...rule<tf.ScatterNdInputs, tf.ScatterNdAttrs>('ScatterNd', ({ indices, updates }, { shape }) =>
    singleOutput([indices, updates], shape, updates.dtype),
  ),
  ...rule<tf.TensorScatterUpdateInputs>('TensorScatterUpdate', ({ tensor, indices, updates }) =>
    singleOutput([tensor, indices, updates], tensor.shape, tensor.dtype),
  ),
  ...rule<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { numSegments }) =>
      singleOutput(
        [x, segmentIds],
        [numSegments, ...x.shape.slice(segmentIds.shape.length)],
        x.dtype,
      ),
  ),
  ...rule<tf.OneHotInputs, tf.OneHotAttrs>(
    'OneHot',
    ({ indices }, { depth, onValue, offValue, dtype }) =>
      singleOutput([indices], [...indices.shape, depth], dtype, {
        depth,
        on: onValue,
        off: offValue,
      }),
  ),
]
