import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { positiveAxis, rule, singleOutput, valueType } from './rule.js'
import type { Inference, ShapeRule } from './rule.js'

/** Attributes on the tape of reductions. */
export interface ReductionAttributes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

export interface AxisAttributes {
  readonly axis: number
}

export interface CumsumAttributes extends AxisAttributes {
  readonly exclusive: boolean
  readonly reverse: boolean
}

export interface TopKAttributes {
  readonly k: number
  readonly sorted: boolean
}

/** Reductions, scans and other kernels that run along axes. */
export const axisRules: readonly (readonly [string, ShapeRule])[] = [
  ...rule<tf.SumInputs, tf.SumAttrs>('Min Prod Sum', ({ x }, { axis, keepDims }) =>
    reduction(x, x.dtype, axis, keepDims),
  ),
  ...rule<tf.MaxInputs, tf.MaxAttrs>('Max', ({ x }, { reductionIndices, keepDims }) =>
    reduction(x, x.dtype, reductionIndices, keepDims),
  ),
  ...rule<tf.MeanInputs, tf.MeanAttrs>('Mean', ({ x }, { axis, keepDims }) =>
    reduction(x, 'float32', axis, keepDims),
  ),
  ...rule<tf.AllInputs, tf.AllAttrs>('All Any', ({ x }, { axis, keepDims }) =>
    reduction(x, 'bool', axis, keepDims),
  ),
  ...rule<tf.ArgMaxInputs, tf.ArgMaxAttrs>('ArgMax ArgMin', ({ x }, { axis }) =>
    reduction(x, 'int32', axis, false),
  ),
  ...rule<tf.CumsumInputs, tf.CumsumAttrs>('Cumsum', ({ x }, { axis, exclusive, reverse }) =>
    singleOutput([x], x.shape, x.dtype, { axis: positiveAxis(axis, x.shape), exclusive, reverse }),
  ),
  ...rule<tf.SoftmaxInputs, tf.SoftmaxAttrs>('Softmax', ({ logits }, { dim }) =>
    singleOutput([logits], logits.shape, 'float32', { axis: positiveAxis(dim, logits.shape) }),
  ),
  ...rule<tf.TopKInputs, tf.TopKAttrs>('TopK', ({ x }, { k, sorted }) => {
    const shape = [...x.shape.slice(0, -1), k]
    return {
      inputs: [x],
      outputs: [
        { shape, dtype: valueType(x.dtype) },
        { shape, dtype: 'int32' },
      ],
      attributes: { k, sorted },
    }
  }),
]

function reduction(
  x: TensorInfo,
  dtype: string,
  axis: number | number[] | null | undefined,
  keepDims: boolean,
): Inference {
  const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape)
  const shape = x.shape.flatMap((length, i) =>
    axes.includes(i) ? (keepDims ? [1] : []) : [length],
  )
  return singleOutput([x], shape, dtype, { axes, keepDims: Boolean(keepDims) })
}
