import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { sizeOf } from './tape.js'
import type { Attributes, ValueType } from './tape.js'

/** tfjs hands over inputs by name, or as a list under the names 0, 1, 2. */
export type KernelInputs = Readonly<Record<string, TensorInfo>>

// The attributes of some seventy kernels, each with a shape of its own that tfjs's own types don't tie to the kernel's name.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type KernelAttributes = Readonly<Record<string, any>>

/** What a kernel call would give: the inputs in a fixed order, the attributes made plain, the outputs' shapes. */
export interface Inference {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: ValueType }[]
  readonly attributes?: Attributes
}

/** Shape and dtype of a kernel's outputs from those of its inputs. */
export type ShapeRule = (inputs: KernelInputs, attributes: KernelAttributes) => Inference

/** Rules by tfjs's kernel name. A kernel that isn't here can't be traced. */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...named(
    ['Abs', 'Ceil', 'Floor', 'Identity', 'Neg', 'OnesLike', 'Relu', 'Relu6', 'Round', 'Sign', 'Square', 'ZerosLike'],
    ({ x }) => one([x!], x!.shape, x!.dtype),
  ),
  ...named(
    [
      'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cos', 'Cosh', 'Erf', 'Exp', 'Expm1', 'Log', 'Log1p', 'Reciprocal', 'Rsqrt', 'Selu',
      'Sigmoid', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh', 'Elu',
    ],
    ({ x }) => one([x!], x!.shape, 'float32'),
  ),
  ...named(['LeakyRelu', 'Step'], ({ x }, { alpha }) => one([x!], x!.shape, x!.dtype, { alpha })),
  ...named(['IsFinite', 'IsInf', 'IsNan', 'LogicalNot'], ({ x }) => one([x!], x!.shape, 'bool')),
  ['ClipByValue', ({ x }, { clipValueMin, clipValueMax }) => one([x!], x!.shape, x!.dtype, { min: clipValueMin, max: clipValueMax })],
  ['Cast', ({ x }, { dtype }) => one([x!], x!.shape, dtype)],
  ['EluGrad', ({ dy, y }) => one([dy!, y!], y!.shape, 'float32')],
  ['Prelu', ({ x, alpha }) => one([x!, alpha!], x!.shape, 'float32')],

  ...named(
    ['Add', 'FloorDiv', 'Maximum', 'Minimum', 'Mod', 'Multiply', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'],
    ({ a, b }) => one([a!, b!], broadcast(a!.shape, b!.shape), a!.dtype),
  ),
  ...named(
    ['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'NotEqual'],
    ({ a, b }) => one([a!, b!], broadcast(a!.shape, b!.shape), 'bool'),
  ),
  ['AddN', inputs => one(listed(inputs), inputs['0']!.shape, inputs['0']!.dtype)],
  ['Select', ({ condition, t, e }) => one([condition!, t!, e!], t!.shape, t!.dtype)],

  ...named(['Max', 'Min', 'Prod', 'Sum'], ({ x }, attributes) => reduction(x!, x!.dtype, attributes)),
  ...named(['All', 'Any'], ({ x }, attributes) => reduction(x!, 'bool', attributes)),
  ['Mean', ({ x }, attributes) => reduction(x!, 'float32', attributes)],
  ...named(['ArgMax', 'ArgMin'], ({ x }, { axis }) => reduction(x!, 'int32', { axis, keepDims: false })),
  ['Cumsum', ({ x }, { axis, exclusive, reverse }) =>
    one([x!], x!.shape, x!.dtype, { axis: axisOf(axis, x!.shape), exclusive, reverse })],
  ['Softmax', ({ logits }, { dim }) => one([logits!], logits!.shape, 'float32', { axis: axisOf(dim, logits!.shape) })],
  ['TopK', ({ x }, { k, sorted }) => {
    const shape = [...x!.shape.slice(0, -1), k as number]
    return { inputs: [x!], outputs: [{ shape, dtype: typeOf(x!.dtype) }, { shape, dtype: 'int32' }], attributes: { k, sorted } }
  }],

  ['BatchMatMul', ({ a, b }, { transposeA, transposeB }) => matrixProduct([a!, b!], { transposeA, transposeB })],
  ['_FusedMatMul', ({ a, b, bias, preluActivationWeights: slope }, { transposeA, transposeB, activation, leakyreluAlpha }) =>
    matrixProduct([a!, b!, ...(bias ? [bias] : []), ...(slope ? [slope] : [])],
      { transposeA, transposeB, activation: activation ?? 'linear', alpha: leakyreluAlpha ?? 0.2, bias: bias !== undefined })],
  ['FusedBatchNorm', ({ x, mean, variance, scale, offset }, { varianceEpsilon }) =>
    one([x!, mean!, variance!, ...(scale ? [scale] : []), ...(offset ? [offset] : [])], x!.shape, 'float32',
      { epsilon: varianceEpsilon, scale: scale != null, offset: offset != null })],

  ['Reshape', ({ x }, { shape }) => one([x!], tf.util.inferFromImplicitShape(shape as number[], sizeOf(x!.shape)), x!.dtype)],
  ['ExpandDims', ({ input }, { dim }) => {
    const at = (dim as number) < 0 ? input!.shape.length + 1 + (dim as number) : (dim as number)
    return one([input!], input!.shape.toSpliced(at, 0, 1), input!.dtype)
  }],
  ['Transpose', ({ x }, { perm }) => one([x!], (perm as number[]).map(axis => x!.shape[axis]!), x!.dtype, { perm })],
  ['Slice', ({ x }, { begin, size }) => {
    const [start, length] = tf.slice_util.parseSliceParams(x!, begin, size) as [number[], number[]]
    return one([x!], length, x!.dtype, { begin: start, size: length })
  }],
  ['StridedSlice', ({ x }, a) => {
    const { finalShape, isIdentity, begin, end, strides, finalShapeSparse } = tf.slice_util.sliceInfo(
      x!.shape, a.begin, a.end, a.strides, a.beginMask, a.endMask, a.ellipsisMask, a.newAxisMask, a.shrinkAxisMask)
    return one([x!], finalShapeSparse.length === 0 && finalShape.length === 0 ? [] : finalShape, x!.dtype, { isIdentity, begin, end, strides })
  }],
  ['Concat', (inputs, { axis }) => {
    const list = listed(inputs)
    const at = axisOf(axis, list[0]!.shape)
    return one(list, list[0]!.shape.with(at, list.reduce((sum, x) => sum + x.shape[at]!, 0)), list[0]!.dtype, { axis: at })
  }],
  ['Pack', (inputs, { axis }) => {
    const list = listed(inputs)
    const at = (axis as number) < 0 ? list[0]!.shape.length + 1 + (axis as number) : (axis as number)
    return one(list, list[0]!.shape.toSpliced(at, 0, list.length), list[0]!.dtype, { axis: at })
  }],
  ['SplitV', ({ x }, { numOrSizeSplits, axis }) => {
    const at = axisOf(axis, x!.shape)
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, at)
    return { inputs: [x!], outputs: sizes.map(size => ({ shape: x!.shape.with(at, size), dtype: typeOf(x!.dtype) })), attributes: { axis: at, sizes } }
  }],
  ['Unpack', ({ value }, { axis }) => {
    const at = axisOf(axis, value!.shape)
    const outputs = Array.from({ length: value!.shape[at]! }, () => ({ shape: value!.shape.toSpliced(at, 1), dtype: typeOf(value!.dtype) }))
    return { inputs: [value!], outputs, attributes: { axis: at } }
  }],
  ['Tile', ({ x }, { reps }) => one([x!], x!.shape.map((length, axis) => length * (reps as number[])[axis]!), x!.dtype, { reps })],
  ['PadV2', ({ x }, { paddings, constantValue }) => {
    const shape = x!.shape.map((length, axis) => paddings[axis][0] + length + paddings[axis][1])
    return one([x!], shape, x!.dtype, { paddings, value: constantValue })
  }],
  ['Reverse', ({ x }, { dims }) => one([x!], x!.shape, x!.dtype, { axes: tf.util.parseAxisParam(dims, x!.shape) })],

  ['GatherV2', ({ x, indices }, { axis, batchDims }) => {
    const at = axisOf(axis, x!.shape)
    const skip = (batchDims as number | undefined) ?? 0
    if (skip !== 0 && skip !== at) throw new Error('gather with batchDims is traced only along the axis that follows them')
    return one([x!, indices!], [...x!.shape.slice(0, at), ...indices!.shape.slice(skip), ...x!.shape.slice(at + 1)], x!.dtype, { axis: at, batchDims: skip })
  }],
  ['GatherNd', ({ params, indices }) =>
    one([params!, indices!], [...indices!.shape.slice(0, -1), ...params!.shape.slice(indices!.shape.at(-1))], params!.dtype)],
  ['ScatterNd', ({ indices, updates }, { shape }) => one([indices!, updates!], shape, updates!.dtype)],
  ['TensorScatterUpdate', ({ tensor, indices, updates }) => one([tensor!, indices!, updates!], tensor!.shape, tensor!.dtype)],
  ['UnsortedSegmentSum', ({ x, segmentIds }, { numSegments }) =>
    one([x!, segmentIds!], [numSegments as number, ...x!.shape.slice(segmentIds!.shape.length)], x!.dtype)],
  ['OneHot', ({ indices }, { depth, onValue, offValue, dtype }) =>
    one([indices!], [...indices!.shape, depth as number], dtype ?? 'int32', { depth, on: onValue ?? 1, off: offValue ?? 0 })],

  // Kernels of the house: a rotary embedding of x, B x H x T x D, by cos and sin, T x D;
  ['Rotary', ({ x, cos, sin }) => one([x!, cos!, sin!], x!.shape, 'float32')],
  // losses [n] and their gradient [n, V] out of logits [n, V] and labels [n].
  ['SparseXent', ({ logits, labels }) => ({
    inputs: [logits!, labels!],
    outputs: [{ shape: labels!.shape, dtype: 'float32' }, { shape: logits!.shape, dtype: 'float32' }],
  })],
])

function named(kernels: readonly string[], rule: ShapeRule): [string, ShapeRule][] {
  return kernels.map(kernel => [kernel, rule])
}

function one(inputs: readonly TensorInfo[], shape: readonly number[], dtype: string, attributes: Attributes = {}): Inference {
  return { inputs, outputs: [{ shape, dtype: typeOf(dtype) }], attributes }
}

function typeOf(dtype: string): ValueType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new Error(`a program has no tensors of ${dtype}`)
}

function listed(inputs: KernelInputs): TensorInfo[] {
  return Object.values(inputs)
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  return tf.backend_util.assertAndGetBroadcastShape([...a], [...b])
}

function axisOf(axis: number, shape: readonly number[]): number {
  return axis < 0 ? shape.length + axis : axis
}

function reduction(x: TensorInfo, dtype: string, { axis, reductionIndices, keepDims }: KernelAttributes): Inference {
  // Max alone says reductionIndices.
  const axes = tf.util.parseAxisParam(axis ?? reductionIndices ?? x.shape.map((_, i) => i), x.shape)
  const shape = x.shape.flatMap((length, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [length]))
  return one([x], shape, dtype, { axes, keepDims: Boolean(keepDims) })
}

function matrixProduct(inputs: readonly TensorInfo[], attributes: KernelAttributes): Inference {
  const [a, b] = inputs as [TensorInfo, TensorInfo]
  const rows = a.shape.at(attributes.transposeA ? -1 : -2)!
  const columns = b.shape.at(attributes.transposeB ? -2 : -1)!
  return one(inputs, [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns], 'float32', attributes)
}
