import type * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { broadcastShape, rule, singleOutput, tensorList } from './rule.js'
import type { ShapeRule } from './rule.js'

export const elementwiseRules: readonly (readonly [string, ShapeRule])[] = [
  // Elementwise, of one tensor.
  ...rule<tf.UnaryInputs>(
    'Abs Ceil Floor Identity Neg OnesLike Relu Relu6 Round Sign Square ZerosLike',
    ({ x }) => singleOutput([x], x.shape, x.dtype),
  ),
  ...rule<tf.UnaryInputs>(
    'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Expm1 Log Log1p Reciprocal ' +
      'Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt Tan Tanh',
    ({ x }) => singleOutput([x], x.shape, 'float32'),
  ),
  ...rule<tf.UnaryInputs, tf.StepAttrs>('LeakyRelu Step', ({ x }, { alpha }) =>
    singleOutput([x], x.shape, x.dtype, { alpha }),
  ),
  ...rule<tf.UnaryInputs>('IsFinite IsInf IsNan LogicalNot', ({ x }) =>
    singleOutput([x], x.shape, 'bool'),
  ),
  ...rule<tf.UnaryInputs, tf.ClipByValueAttrs>(
    'ClipByValue',
    ({ x }, { clipValueMin, clipValueMax }) =>
      singleOutput([x], x.shape, x.dtype, { min: clipValueMin, max: clipValueMax }),
  ),
  ...rule<tf.UnaryInputs, tf.CastAttrs>('Cast', ({ x }, { dtype }) =>
    singleOutput([x], x.shape, dtype),
  ),

  // Elementwise, of several.
  ...rule<tf.BinaryInputs>(
    'Add FloorDiv Maximum Minimum Mod Multiply Pow RealDiv SquaredDifference Sub',
    ({ a, b }) => singleOutput([a, b], broadcastShape(a.shape, b.shape), a.dtype),
  ),
  ...rule<tf.BinaryInputs>(
    'Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr NotEqual',
    ({ a, b }) => singleOutput([a, b], broadcastShape(a.shape, b.shape), 'bool'),
  ),
  ...rule<readonly TensorInfo[]>('AddN', inputs =>
    singleOutput(tensorList(inputs), tensorList(inputs)[0]!.shape, tensorList(inputs)[0]!.dtype),
  ),
  ...rule<tf.SelectInputs>('Select', ({ condition, t, e }) =>
    singleOutput([condition, t, e], t.shape, t.dtype),
  ),
  ...rule<tf.PreluInputs>('Prelu', ({ x, alpha }) => singleOutput([x, alpha], x.shape, 'float32')),
  ...rule<tf.EluGradInputs>('EluGrad', ({ dy, y }) => singleOutput([dy, y], y.shape, 'float32')),
]
