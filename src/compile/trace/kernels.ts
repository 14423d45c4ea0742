import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { convolutionRules } from './convolution.js'
import { given, one, rule, typeOf } from './rule.js'
import type { Inference, ShapeRule } from './rule.js'
import { elementCount } from '../../util/element-count.js'
import type { Attributes } from './tape.js'

/** Rules by tfjs's kernel name. A kernel that isn't here can't be traced. */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  // Elementwise, of one tensor.
  ...rule<tf.UnaryInputs>(
    'Abs Ceil Floor Identity Neg OnesLike Relu Relu6 Round Sign Square ZerosLike',
    ({ x }) => one([x], x.shape, x.dtype),
  ),
  ...rule<tf.UnaryInputs>(
    'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Expm1 Log Log1p Reciprocal Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt Tan Tanh',
    ({ x }) => one([x], x.shape, 'float32'),
  ),
  ...rule<tf.UnaryInputs, tf.StepAttrs>('LeakyRelu Step', ({ x }, { alpha }) =>
    one([x], x.shape, x.dtype, { alpha }),
  ),
  ...rule<tf.UnaryInputs>('IsFinite IsInf IsNan LogicalNot', ({ x }) => one([x], x.shape, 'bool')),
  ...rule<tf.UnaryInputs, tf.ClipByValueAttrs>(
    'ClipByValue',
    ({ x }, { clipValueMin, clipValueMax }) =>
      one([x], x.shape, x.dtype, { min: clipValueMin, max: clipValueMax }),
  ),
  ...rule<tf.UnaryInputs, tf.CastAttrs>('Cast', ({ x }, { dtype }) => one([x], x.shape, dtype)),

  // Elementwise, of several.
  ...rule<tf.BinaryInputs>(
    'Add FloorDiv Maximum Minimum Mod Multiply Pow RealDiv SquaredDifference Sub',
    ({ a, b }) => one([a, b], broadcast(a.shape, b.shape), a.dtype),
  ),
  ...rule<tf.BinaryInputs>(
    'Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr NotEqual',
    ({ a, b }) => one([a, b], broadcast(a.shape, b.shape), 'bool'),
  ),
  ...rule<readonly TensorInfo[]>('AddN', inputs =>
    one(listed(inputs), listed(inputs)[0]!.shape, listed(inputs)[0]!.dtype),
  ),
  ...rule<tf.SelectInputs>('Select', ({ condition, t, e }) =>
    one([condition, t, e], t.shape, t.dtype),
  ),
  ...rule<tf.PreluInputs>('Prelu', ({ x, alpha }) => one([x, alpha], x.shape, 'float32')),
  ...rule<tf.EluGradInputs>('EluGrad', ({ dy, y }) => one([dy, y], y.shape, 'float32')),

  // Along axes.
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
    one([x], x.shape, x.dtype, { axis: axisOf(axis, x.shape), exclusive, reverse }),
  ),
  ...rule<tf.SoftmaxInputs, tf.SoftmaxAttrs>('Softmax', ({ logits }, { dim }) =>
    one([logits], logits.shape, 'float32', { axis: axisOf(dim, logits.shape) }),
  ),
  ...rule<tf.TopKInputs, tf.TopKAttrs>('TopK', ({ x }, { k, sorted }) => {
    const shape = [...x.shape.slice(0, -1), k]
    return {
      inputs: [x],
      outputs: [
        { shape, dtype: typeOf(x.dtype) },
        { shape, dtype: 'int32' },
      ],
      attributes: { k, sorted },
    }
  }),

  // Matrices.
  ...rule<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(
    'BatchMatMul',
    ({ a, b }, { transposeA, transposeB }) => product([a, b], { transposeA, transposeB }),
  ),
  ...rule<tf._FusedMatMulInputs, tf._FusedMatMulAttrs>(
    '_FusedMatMul',
    ({ a, b, bias, preluActivationWeights: slope }, attributes) => {
      const { transposeA, transposeB, activation, leakyreluAlpha } = attributes
      return product([a, b, ...given(bias), ...given(slope)], {
        transposeA,
        transposeB,
        activation,
        alpha: leakyreluAlpha ?? 0.2,
        bias: given(bias).length > 0,
      })
    },
  ),
  ...rule<tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs>(
    'FusedBatchNorm',
    ({ x, mean, variance, scale, offset }, { varianceEpsilon }) =>
      one([x, mean, variance, ...given(scale), ...given(offset)], x.shape, 'float32', {
        epsilon: varianceEpsilon,
        scale: given(scale).length > 0,
        offset: given(offset).length > 0,
      }),
  ),

  // Images.
  ...convolutionRules,

  // Layout.
  ...rule<tf.ReshapeInputs, tf.ReshapeAttrs>('Reshape', ({ x }, { shape }) =>
    one([x], tf.util.inferFromImplicitShape(shape, elementCount(x.shape)), x.dtype),
  ),
  ...rule<tf.ExpandDimsInputs, tf.ExpandDimsAttrs>('ExpandDims', ({ input }, { dim }) =>
    one(
      [input],
      input.shape.toSpliced(dim < 0 ? input.shape.length + 1 + dim : dim, 0, 1),
      input.dtype,
    ),
  ),
  ...rule<tf.TransposeInputs, tf.TransposeAttrs>('Transpose', ({ x }, { perm }) =>
    one(
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
    return one([x], size, x.dtype, { begin, size })
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
    return one([x], finalShape, x.dtype, { begin, end, strides })
  }),
  ...rule<readonly TensorInfo[], tf.ConcatAttrs>('Concat', (inputs, attributes) => {
    const list = listed(inputs)
    const axis = axisOf(attributes.axis, list[0]!.shape)
    return one(
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
    const list = listed(inputs)
    const axis = attributes.axis < 0 ? list[0]!.shape.length + 1 + attributes.axis : attributes.axis
    return one(list, list[0]!.shape.toSpliced(axis, 0, list.length), list[0]!.dtype, { axis })
  }),
  ...rule<tf.SplitVInputs, tf.SplitVAttrs>('SplitV', ({ x }, attributes) => {
    const axis = axisOf(attributes.axis, x.shape)
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis)
    return {
      inputs: [x],
      outputs: sizes.map(size => ({ shape: x.shape.with(axis, size), dtype: typeOf(x.dtype) })),
      attributes: { axis, sizes },
    }
  }),
  ...rule<tf.UnpackInputs, tf.UnpackAttrs>('Unpack', ({ value }, attributes) => {
    const axis = axisOf(attributes.axis, value.shape)
    const output = { shape: value.shape.toSpliced(axis, 1), dtype: typeOf(value.dtype) }
    return {
      inputs: [value],
      outputs: Array.from({ length: value.shape[axis]! }, () => output),
      attributes: { axis },
    }
  }),
  ...rule<tf.TileInputs, tf.TileAttrs>('Tile', ({ x }, { reps }) =>
    one(
      [x],
      x.shape.map((length, axis) => length * reps[axis]!),
      x.dtype,
      { reps },
    ),
  ),
  ...rule<tf.PadV2Inputs, tf.PadV2Attrs>('PadV2', ({ x }, { paddings, constantValue }) =>
    one(
      [x],
      x.shape.map((length, axis) => paddings[axis]![0] + length + paddings[axis]![1]),
      x.dtype,
      { paddings, value: constantValue },
    ),
  ),
  ...rule<tf.ReverseInputs, tf.ReverseAttrs>('Reverse', ({ x }, { dims }) =>
    one([x], x.shape, x.dtype, { axes: tf.util.parseAxisParam(dims, x.shape) }),
  ),

  // By indices.
  ...rule<tf.GatherV2Inputs, tf.GatherV2Attrs>(
    'GatherV2',
    ({ x, indices }, { axis, batchDims = 0 }) => {
      const at = axisOf(axis, x.shape)
      if (batchDims !== 0 && batchDims !== at)
        throw new Error('gather with batchDims is traced only along the axis that follows them')
      return one(
        [x, indices],
        [...x.shape.slice(0, at), ...indices.shape.slice(batchDims), ...x.shape.slice(at + 1)],
        x.dtype,
        { axis: at, batchDims },
      )
    },
  ),
  ...rule<tf.GatherNdInputs>('GatherNd', ({ params, indices }) =>
    one(
      [params, indices],
      [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))],
      params.dtype,
    ),
  ),
  ...rule<tf.ScatterNdInputs, tf.ScatterNdAttrs>('ScatterNd', ({ indices, updates }, { shape }) =>
    one([indices, updates], shape, updates.dtype),
  ),
  ...rule<tf.TensorScatterUpdateInputs>('TensorScatterUpdate', ({ tensor, indices, updates }) =>
    one([tensor, indices, updates], tensor.shape, tensor.dtype),
  ),
  ...rule<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { numSegments }) =>
      one([x, segmentIds], [numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype),
  ),
  ...rule<tf.OneHotInputs, tf.OneHotAttrs>(
    'OneHot',
    ({ indices }, { depth, onValue, offValue, dtype }) =>
      one([indices], [...indices.shape, depth], dtype, { depth, on: onValue, off: offValue }),
  ),

  // The house's own: a rotary embedding of x, B x H x T x D, by cos and sin, T x D;
  ...rule<Record<'x' | 'cos' | 'sin', TensorInfo>>('Rotary', ({ x, cos, sin }) =>
    one([x, cos, sin], x.shape, 'float32'),
  ),
  // a mask of dropout, of any shape, out of keys [rows] and a rate;
  ...rule<
    Record<'keys' | 'rate', TensorInfo>,
    { readonly shape: readonly number[]; readonly site: number }
  >('DropoutMask', ({ keys, rate }, { shape, site }) =>
    one([keys, rate], shape, 'float32', { site }),
  ),
  // losses [n] and their gradient [n, V] out of logits [n, V] and labels [n].
  ...rule<Record<'logits' | 'labels', TensorInfo>>('SparseXent', ({ logits, labels }) => ({
    inputs: [logits, labels],
    outputs: [
      { shape: labels.shape, dtype: 'float32' },
      { shape: logits.shape, dtype: 'float32' },
    ],
  })),

  // Where an engine has an operator for it: an RMS norm of x, ... x D, by a weight of D, and 1 /
  // √(mean(x²) + ε), ... x 1;
  ...rule<Record<'x' | 'weight', TensorInfo>, { readonly epsilon: number }>(
    'RmsNorm',
    ({ x, weight }, { epsilon }) => ({
      inputs: [x, weight],
      outputs: [
        { shape: x.shape, dtype: 'float32' },
        { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' },
      ],
      attributes: { epsilon },
    }),
  ),
  // silu(x);
  ...rule<tf.UnaryInputs>('Silu', ({ x }) => one([x], x.shape, 'float32')),
  // a rotary embedding of x, B x T x H x D, by the rows of cos and sin, P x D, at places [B, T];
  ...rule<Record<'x' | 'cos' | 'sin' | 'at', TensorInfo>>('RotaryAt', ({ x, cos, sin, at }) =>
    one([x, cos, sin, at], x.shape, 'float32'),
  ),
])

/** A list comes as an array or under the names 0, 1, 2. */
function listed(inputs: readonly TensorInfo[]): TensorInfo[] {
  return Object.values(inputs)
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  return tf.backend_util.assertAndGetBroadcastShape([...a], [...b])
}

function axisOf(axis: number, shape: readonly number[]): number {
  return axis < 0 ? shape.length + axis : axis
}

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
  return one([x], shape, dtype, { axes, keepDims: Boolean(keepDims) })
}

function product(
  inputs: readonly TensorInfo[],
  attributes: Attributes & { readonly transposeA: boolean; readonly transposeB: boolean },
): Inference {
  const [a, b] = inputs as [TensorInfo, TensorInfo]
  const rows = a.shape.at(attributes.transposeA ? -1 : -2)!
  const columns = b.shape.at(attributes.transposeB ? -2 : -1)!
  return one(
    inputs,
    [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns],
    'float32',
    attributes,
  )
}
