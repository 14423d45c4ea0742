import type * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { elementCount } from '../../../util/element-count.js'
import { broadcastShape, optionalInput, rule, singleOutput } from './rule.js'
import type { Inference, ShapeRule } from './rule.js'
import type { Attributes, TapeNode, Value } from '../tape.js'

/** Attributes on the tape of matrix products. */
export interface ProductAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Attributes of kernels that add a bias and apply an activation. */
export interface ActivationAttributes {
  readonly activation: string | undefined
  /** Slope of a leaky ReLU below 0. */
  readonly alpha: number
  /** Whether a bias is the third input. */
  readonly bias: boolean
}

export interface BatchNormAttributes {
  readonly epsilon: number
  /** Whether a scale is the fourth input. */
  readonly scale: boolean
  /** Whether an offset is the last input. */
  readonly offset: boolean
}

export const matrixRules: readonly (readonly [string, ShapeRule])[] = [
  ...rule<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(
    'BatchMatMul',
    ({ a, b }, { transposeA, transposeB }) => matrixProduct([a, b], { transposeA, transposeB }),
  ),
  ...rule<tf._FusedMatMulInputs, tf._FusedMatMulAttrs>(
    '_FusedMatMul',
    ({ a, b, bias, preluActivationWeights: alpha }, attributes) => {
      const { transposeA, transposeB, activation, leakyreluAlpha } = attributes
      return matrixProduct([a, b, ...optionalInput(bias), ...optionalInput(alpha)], {
        transposeA,
        transposeB,
        activation,
        alpha: leakyreluAlpha ?? 0.2,
        bias: optionalInput(bias).length > 0,
      })
    },
  ),
  ...rule<tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs>(
    'FusedBatchNorm',
    ({ x, mean, variance, scale, offset }, { varianceEpsilon }) =>
      singleOutput(
        [x, mean, variance, ...optionalInput(scale), ...optionalInput(offset)],
        x.shape,
        'float32',
        {
          epsilon: varianceEpsilon,
          scale: optionalInput(scale).length > 0,
          offset: optionalInput(offset).length > 0,
        },
      ),
  ),
]

/**
 * @returns whether a product of batches is one product of two matrices: a batch of left sides for
 *   one right side is one taller left side
 */
export function isPlainProduct({ inputs, attributes }: TapeNode): boolean {
  const [a, b] = inputs as [Value, Value]
  return (
    elementCount(b.shape.slice(0, -2)) === 1 &&
    (elementCount(a.shape.slice(0, -2)) === 1 || !attributes.transposeA)
  )
}

function matrixProduct(
  inputs: readonly TensorInfo[],
  attributes: Attributes & ProductAttributes,
): Inference {
  const [a, b] = inputs as [TensorInfo, TensorInfo]
  const rows = a.shape.at(attributes.transposeA ? -1 : -2)!
  const columns = b.shape.at(attributes.transposeB ? -2 : -1)!
  return singleOutput(
    inputs,
    [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns],
    'float32',
    attributes,
  )
}
