import { sizeOf } from '../trace/tape.js'
import type { TapeNode, Value } from '../trace/tape.js'
import type { GraphBuilder } from './builder.js'
import { elementType } from './model.js'
import type { OnnxType } from './model.js'

/** One kernel call and where it is to be written. */
export interface Call extends TapeNode {
  // As in the shape rules: what is in there depends on the kernel.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly attributes: Readonly<Record<string, any>>
  readonly graph: GraphBuilder
  /** The name of a value in the graph. */
  name(value: Value): string
}

/** Writes a kernel as ONNX nodes. @returns the names of its outputs */
export type Emitter = (call: Call) => string | readonly string[]

/** ONNX for tfjs's kernels, by name. */
export const emitters: ReadonlyMap<string, Emitter> = new Map<string, Emitter>([
  ...same(['Abs', 'Ceil', 'Floor', 'Neg', 'Round', 'Sign'], identityOp),
  ...same(['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cos', 'Cosh', 'Erf', 'Exp', 'Log', 'Reciprocal', 'Sigmoid', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh', 'Elu', 'Selu'], floatOp),
  ['Identity', ({ inputs, name }) => name(inputs[0]!)],
  ['Cast', call => cast(call, call.outputs[0]!.dtype)],
  ['Square', ({ graph, inputs, name }) => graph.op('Mul', [name(inputs[0]!), name(inputs[0]!)])],
  ['Rsqrt', ({ graph, ...call }) => graph.op('Reciprocal', [graph.op('Sqrt', [asFloat({ graph, ...call })])])],
  // log(1 + x) and exp(x) − 1 that stay exact near 0, from ONNX's plain ones.
  ['Log1p', call => {
    const { graph } = call
    const x = asFloat(call)
    const u = graph.op('Add', [x, graph.float(1)])
    const low = graph.op('Equal', [u, graph.float(1)])
    const over = graph.op('Where', [low, graph.float(1), graph.op('Sub', [u, graph.float(1)])])
    return graph.op('Where', [low, x, graph.op('Mul', [graph.op('Log', [u]), graph.op('Div', [x, over])])])
  }],
  ['Expm1', call => {
    const { graph } = call
    const x = asFloat(call)
    return graph.op('Mul', [graph.op('Tanh', [graph.op('Mul', [x, graph.float(0.5)])]), graph.op('Add', [graph.op('Exp', [x]), graph.float(1)])])
  }],
  ['Relu', call => atLeast(call, 0)],
  ['Relu6', call => call.graph.op('Min', [atLeast(call, 0), call.graph.scalar(call.inputs[0]!.dtype, 6)])],
  ['LeakyRelu', ({ graph, inputs, attributes, name }) => graph.op('LeakyRelu', [name(inputs[0]!)], { alpha: { float: attributes.alpha } })],
  ['Prelu', ({ graph, inputs, name }) => graph.op('PRelu', inputs.map(name))],
  ['EluGrad', ({ graph, inputs, name }) => {
    const [dy, y] = inputs.map(name) as [string, string]
    return graph.op('Where', [graph.op('GreaterOrEqual', [y, graph.float(0)]), dy, graph.op('Mul', [dy, graph.op('Add', [y, graph.float(1)])])])
  }],
  ['Step', ({ graph, inputs, attributes, outputs, name }) => {
    const [x] = inputs as [Value]
    const alpha = graph.scalar(x.dtype, attributes.alpha ?? 0)
    const stepped = graph.op('Where', [graph.op('Greater', [name(x), graph.scalar(x.dtype, 0)]), graph.scalar(x.dtype, 1), alpha])
    // tfjs: not-a-number stays so.
    return outputs[0]!.dtype === 'float32' ? graph.op('Where', [graph.op('IsNaN', [name(x)]), name(x), stepped]) : stepped
  }],
  ['ClipByValue', ({ graph, inputs, attributes, name }) => {
    const [x] = inputs as [Value]
    return graph.op('Min', [graph.op('Max', [name(x), graph.scalar(x.dtype, attributes.min)]), graph.scalar(x.dtype, attributes.max)])
  }],
  ['ZerosLike', ({ graph, outputs }) => filled(graph, outputs[0]!.dtype, outputs[0]!.shape, 0)],
  ['OnesLike', ({ graph, outputs }) => filled(graph, outputs[0]!.dtype, outputs[0]!.shape, 1)],
  ['IsNan', ({ graph, inputs, name }) => graph.op('IsNaN', [name(inputs[0]!)])],
  ['IsInf', ({ graph, inputs, name }) => graph.op('IsInf', [name(inputs[0]!)])],
  ['IsFinite', ({ graph, inputs, name }) =>
    graph.op('Not', [graph.op('Or', [graph.op('IsNaN', [name(inputs[0]!)]), graph.op('IsInf', [name(inputs[0]!)])])])],
  ['LogicalNot', ({ graph, inputs, name }) => graph.op('Not', [name(inputs[0]!)])],

  ...binary({ Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Pow: 'Pow', Maximum: 'Max', Minimum: 'Min' }),
  ...binary({ Equal: 'Equal', Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual' }),
  ...binary({ LogicalAnd: 'And', LogicalOr: 'Or' }),
  ['NotEqual', call => call.graph.op('Not', [call.graph.op('Equal', operands(call))])],
  ['SquaredDifference', ({ graph, ...call }) => {
    const difference = graph.op('Sub', operands({ graph, ...call }))
    return graph.op('Mul', [difference, difference])
  }],
  ['FloorDiv', call => floorDivision(call)],
  ['Mod', call => {
    const { graph, inputs } = call
    const [a, b] = operands(call)
    return inputs[0]!.dtype === 'float32'
      ? graph.op('Sub', [a!, graph.op('Mul', [floorDivision(call), b!])])
      : graph.op('Mod', [a!, b!])
  }],
  ['AddN', ({ graph, inputs, name }) => inputs.map(name).reduce((sum, x) => graph.op('Add', [sum, x]))],
  ['Select', ({ graph, inputs, name }) => graph.op('Where', inputs.map(name))],

  ...reductions({ Sum: 'ReduceSum', Mean: 'ReduceMean', Max: 'ReduceMax', Min: 'ReduceMin', Prod: 'ReduceProd' }),
  ['Any', call => logicalReduction(call, 'ReduceMax')],
  ['All', call => logicalReduction(call, 'ReduceMin')],
  ...same(['ArgMax', 'ArgMin'], op => ({ graph, inputs, attributes, name }) =>
    graph.op('Cast', [graph.op(op, [name(inputs[0]!)], { axis: attributes.axes[0], keepdims: 0 })], { to: elementType('int32') })),
  ['Cumsum', ({ graph, inputs, attributes, name }) => graph.op('CumSum', [name(inputs[0]!), graph.int(attributes.axis)],
    { exclusive: attributes.exclusive ? 1 : 0, reverse: attributes.reverse ? 1 : 0 })],
  ['Softmax', ({ graph, inputs, attributes, name }) => graph.op('Softmax', [name(inputs[0]!)], { axis: attributes.axis })],
  ['TopK', ({ graph, inputs, attributes, name }) => {
    const [values, indices] = graph.ops(2, 'TopK', [name(inputs[0]!), graph.ints([attributes.k])], { axis: -1, largest: 1, sorted: attributes.sorted ? 1 : 0 })
    return [values!, graph.op('Cast', [indices!], { to: elementType('int32') })]
  }],

  ['BatchMatMul', call => matrixProduct(call)],
  ['_FusedMatMul', call => {
    const { graph, inputs, attributes, name } = call
    const product = matrixProduct(call)
    return activated(call, attributes.bias ? graph.op('Add', [product, name(inputs[2]!)]) : product, attributes.bias ? inputs[3] : inputs[2])
  }],
  ['FusedBatchNorm', ({ graph, inputs, attributes, name }) => {
    const [x, mean, variance, ...rest] = inputs.map(name) as [string, string, string, ...string[]]
    const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.float(attributes.epsilon)])])
    const centred = graph.op('Div', [graph.op('Sub', [x, mean]), deviation])
    const scaled = attributes.scale ? graph.op('Mul', [centred, rest.shift()!]) : centred
    return attributes.offset ? graph.op('Add', [scaled, rest.shift()!]) : scaled
  }],

  ...same(['Reshape', 'ExpandDims'], () => ({ graph, inputs, outputs, name }) => reshaped(graph, name(inputs[0]!), inputs[0]!.shape, outputs[0]!.shape)),
  ['Transpose', ({ graph, inputs, attributes, name }) => graph.op('Transpose', [name(inputs[0]!)], { perm: attributes.perm })],
  ['Slice', ({ graph, inputs, attributes, outputs, name }) => {
    const [x] = inputs as [Value]
    if (x.shape.join() === outputs[0]!.shape.join()) return name(x)
    const { begin, size } = attributes as { begin: number[]; size: number[] }
    return graph.op('Slice', [name(x), graph.ints(begin), graph.ints(begin.map((start, axis) => start + size[axis]!))])
  }],
  ['StridedSlice', ({ graph, inputs, attributes, outputs, name }) => {
    const [x] = inputs as [Value]
    const { begin, end, strides } = attributes as { begin: number[]; end: number[]; strides: number[] }
    const axes = begin.map((_, axis) => axis)
    // −1 as an end means "before the first" here; ONNX would count it from the back.
    const ends = end.map((stop, axis) => (strides[axis]! < 0 && stop < 0 ? -x.shape[axis]! - 1 : stop))
    const sliced = graph.op('Slice', [name(x), graph.ints(begin), graph.ints(ends), graph.ints(axes), graph.ints(strides)])
    return graph.op('Reshape', [sliced, graph.ints(outputs[0]!.shape)])
  }],
  ['Concat', ({ graph, inputs, attributes, name }) => graph.op('Concat', inputs.map(name), { axis: attributes.axis })],
  ['Pack', ({ graph, inputs, attributes, name }) => {
    const shape = inputs[0]!.shape.toSpliced(attributes.axis, 0, 1)
    return graph.op('Concat', inputs.map(x => graph.op('Reshape', [name(x), graph.ints(shape)])), { axis: attributes.axis })
  }],
  ['SplitV', ({ graph, inputs, attributes, outputs, name }) =>
    graph.ops(outputs.length, 'Split', [name(inputs[0]!), graph.ints(attributes.sizes)], { axis: attributes.axis })],
  ['Unpack', ({ graph, inputs, attributes, outputs, name }) => {
    const parts = graph.ops(outputs.length, 'Split', [name(inputs[0]!), graph.ints(outputs.map(() => 1))], { axis: attributes.axis })
    return parts.map((part, i) => graph.op('Reshape', [part, graph.ints(outputs[i]!.shape)]))
  }],
  ['Tile', ({ graph, inputs, attributes, name }) =>
    (attributes.reps as number[]).every(times => times === 1) ? name(inputs[0]!) : graph.op('Tile', [name(inputs[0]!), graph.ints(attributes.reps)])],
  ['PadV2', ({ graph, inputs, attributes, name }) =>
    graph.op('Pad', [name(inputs[0]!), graph.ints(pads(attributes.paddings)), graph.scalar(inputs[0]!.dtype, attributes.value)], { mode: 'constant' })],
  ['Reverse', ({ graph, inputs, attributes, name }) => {
    const [x] = inputs as [Value]
    const axes = attributes.axes as number[]
    return graph.op('Slice', [name(x), graph.ints(axes.map(() => -1)), graph.ints(axes.map(axis => -x.shape[axis]! - 1)), graph.ints(axes), graph.ints(axes.map(() => -1))])
  }],

  ['GatherV2', ({ graph, inputs, attributes, name }) => {
    const [x, indices] = inputs as [Value, Value]
    if (attributes.batchDims === 0) return graph.op('Gather', [name(x), name(indices)], { axis: attributes.axis })
    const tuples = graph.op('Reshape', [name(indices), graph.ints([...indices.shape, 1])])
    return graph.op('GatherND', [name(x), int64(graph, tuples)], { batch_dims: attributes.batchDims })
  }],
  ['GatherNd', ({ graph, inputs, name }) => graph.op('GatherND', [name(inputs[0]!), int64(graph, name(inputs[1]!))])],
  ['UnsortedSegmentSum', ({ graph, inputs, outputs, name }) => {
    const [x, segments] = inputs as [Value, Value]
    const { shape } = outputs[0]!
    const rows = [sizeOf(segments.shape), ...shape.slice(1)]
    return scatterRows(graph, filled(graph, x.dtype, shape, 0), name(segments), reshaped(graph, name(x), x.shape, rows), rows, 'add')
  }],
  ['ScatterNd', ({ graph, inputs, outputs, name }) => {
    const [indices, updates] = inputs as [Value, Value]
    return scattered(graph, filled(graph, updates.dtype, outputs[0]!.shape, 0), outputs[0]!.shape, indices, updates, name, 'add')
  }],
  ['TensorScatterUpdate', ({ graph, inputs, name }) => {
    const [x, indices, updates] = inputs as [Value, Value, Value]
    return scattered(graph, name(x), x.shape, indices, updates, name, 'none')
  }],
  ['OneHot', ({ graph, inputs, attributes, outputs, name }) => {
    const values = graph.constant('float32', [2], Float32Array.of(attributes.off, attributes.on))
    const hot = graph.op('OneHot', [int64(graph, name(inputs[0]!)), graph.int(attributes.depth), values], { axis: -1 })
    return outputs[0]!.dtype === 'float32' ? hot : graph.op('Cast', [hot], { to: elementType(outputs[0]!.dtype) })
  }],
  ['Rotary', ({ graph, inputs, name }) => {
    const [x, cos, sin] = inputs as [Value, Value, Value]
    const [length, width] = cos.shape as [number, number]
    const half = (table: Value): string => graph.op('Slice', [name(table), graph.ints([0, 0]), graph.ints([length, width / 2])])
    return graph.op('RotaryEmbedding', [name(x), graph.ints([0]), half(cos), half(sin)], {}, 'com.microsoft')
  }],
  ['SparseXent', ({ graph, inputs, name }) => {
    const [logits, labels] = inputs as [Value, Value]
    const [n] = labels.shape as [number]
    const logProbabilities = graph.op('LogSoftmax', [name(logits)], { axis: -1 })
    const column = graph.op('Reshape', [name(labels), graph.ints([n, 1])])
    const picked = graph.op('GatherElements', [logProbabilities, column], { axis: 1 })
    const losses = graph.op('Neg', [graph.op('Reshape', [picked, graph.ints([n])])])
    const minusOne = graph.constant('float32', [n, 1], new Float32Array(n).fill(-1))
    return [losses, graph.op('ScatterElements', [graph.op('Exp', [logProbabilities]), column, minusOne], { axis: 1, reduction: 'add' })]
  }],
])

function same(kernels: readonly string[], emitter: (kernel: string) => Emitter): [string, Emitter][] {
  return kernels.map(kernel => [kernel, emitter(kernel)])
}

function identityOp(op: string): Emitter {
  return ({ graph, inputs, name }) => graph.op(op, [name(inputs[0]!)])
}

function floatOp(op: string): Emitter {
  return call => call.graph.op(op, [asFloat(call)])
}

function asFloat({ graph, inputs, name }: Call): string {
  const [x] = inputs as [Value]
  return x.dtype === 'float32' ? name(x) : graph.op('Cast', [name(x)], { to: elementType('float32') })
}

function cast({ graph, inputs, name }: Call, to: OnnxType): string {
  const [x] = inputs as [Value]
  return x.dtype === to ? name(x) : graph.op('Cast', [name(x)], { to: elementType(to) })
}

function int64(graph: GraphBuilder, x: string): string {
  return graph.op('Cast', [x], { to: elementType('int64') })
}

function atLeast({ graph, inputs, name }: Call, floor: number): string {
  const [x] = inputs as [Value]
  return x.dtype === 'float32' && floor === 0 ? graph.op('Relu', [name(x)]) : graph.op('Max', [name(x), graph.scalar(x.dtype, floor)])
}

function binary(names: Readonly<Record<string, string>>): [string, Emitter][] {
  return Object.entries(names).map(([kernel, op]) => [kernel, call => call.graph.op(op, operands(call))])
}

/**
 * A constant of equal elements goes in as a scalar when the other operand has the result's shape already:
 * tfjs's gradients of sums multiply by tensors full of ones.
 */
function operands({ graph, inputs, outputs, name }: Call): string[] {
  const shape = outputs[0]!.shape.join()
  return inputs.map((x, i) => {
    const other = inputs[1 - i]!
    const uniform = x.kind === 'constant' && typeof x.data === 'number' && other.shape.join() === shape
    return uniform ? graph.scalar(x.dtype, x.data) : name(x)
  })
}

/** Rounds down; whole numbers stay whole, where ONNX's own division rounds towards 0. */
function floorDivision(call: Call): string {
  const { graph, inputs } = call
  const [a, b] = operands(call) as [string, string]
  const quotient = graph.op('Div', [a, b])
  const { dtype } = inputs[0]!
  if (dtype === 'float32') return graph.op('Floor', [quotient])
  const zero = graph.scalar(dtype, 0)
  const rest = graph.op('Sub', [a, graph.op('Mul', [quotient, b])])
  const uneven = graph.op('Not', [graph.op('Equal', [rest, zero])])
  const opposed = graph.op('Xor', [graph.op('Less', [rest, zero]), graph.op('Less', [b, zero])])
  return graph.op('Sub', [quotient, graph.op('Cast', [graph.op('And', [uneven, opposed])], { to: elementType(dtype) })])
}

function reductions(names: Readonly<Record<string, string>>): [string, Emitter][] {
  return Object.entries(names).map(([kernel, op]) => [kernel, call => {
    const x = kernel === 'Mean' ? asFloat(call) : call.name(call.inputs[0]!)
    return reduced(call, op, x)
  }])
}

function reduced({ graph, inputs, outputs, attributes }: Call, op: string, x: string): string {
  const axes = attributes.axes as number[]
  if (axes.every(axis => inputs[0]!.shape[axis] === 1)) return reshaped(graph, x, inputs[0]!.shape, outputs[0]!.shape)
  return graph.op(op, [x, graph.ints(axes)], { keepdims: attributes.keepDims ? 1 : 0 })
}

function logicalReduction(call: Call, op: string): string {
  const whole = call.graph.op('Cast', [call.name(call.inputs[0]!)], { to: elementType('int32') })
  return call.graph.op('Cast', [reduced(call, op, whole)], { to: elementType('bool') })
}

/** Products without a batch go to Gemm, the others to FusedMatMul, which transposes without a copy. */
function matrixProduct({ graph, inputs, outputs, attributes, name }: Call): string {
  const [a, b] = inputs as [Value, Value]
  const transposed = { transA: attributes.transposeA ? 1 : 0, transB: attributes.transposeB ? 1 : 0 }
  const single = sizeOf(b.shape.slice(0, -2)) === 1 && (sizeOf(a.shape.slice(0, -2)) === 1 || !attributes.transposeA)
  if (!single) return graph.op('FusedMatMul', [name(a), name(b)], transposed, 'com.microsoft')
  const rows = sizeOf(a.shape.slice(0, -1))
  const left = reshaped(graph, name(a), a.shape, [rows, a.shape.at(-1)!])
  const right = reshaped(graph, name(b), b.shape, b.shape.slice(-2))
  const shape = attributes.transposeA ? [a.shape.at(-1)!, outputs[0]!.shape.at(-1)!] : [rows, outputs[0]!.shape.at(-1)!]
  return reshaped(graph, graph.op('Gemm', [left, right], transposed), shape, outputs[0]!.shape)
}

function reshaped(graph: GraphBuilder, x: string, from: readonly number[], to: readonly number[]): string {
  return from.join() === to.join() && from.length === to.length ? x : graph.op('Reshape', [x, graph.ints(to)])
}

function filled(graph: GraphBuilder, type: OnnxType, shape: readonly number[], value: number): string {
  return graph.op('Expand', [graph.scalar(type, value), graph.ints(shape)])
}

/** Updates at index tuples, which are brought to the numbers of rows first. */
function scattered(
  graph: GraphBuilder, x: string, shape: readonly number[], indices: Value, updates: Value, name: Call['name'], reduction: 'add' | 'none',
): string {
  const depth = indices.shape.at(-1)!
  const count = sizeOf(indices.shape.slice(0, -1))
  const width = sizeOf(shape.slice(depth))
  const strides = Int32Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1, depth)))
  const tuples = reshaped(graph, name(indices), indices.shape, [count, depth])
  const rows = graph.op('ReduceSum', [graph.op('Mul', [tuples, graph.constant('int32', [depth], strides)]), graph.ints([1])], { keepdims: 0 })
  const flat = [sizeOf(shape.slice(0, depth)), width]
  const sum = scatterRows(graph, reshaped(graph, x, shape, flat), rows, reshaped(graph, name(updates), updates.shape, [count, width]), [count, width], reduction)
  return reshaped(graph, sum, flat, shape)
}

/** ScatterND with `reduction: add` races on duplicate indices; ScatterElements does not, so that runs are equal bit by bit. */
function scatterRows(graph: GraphBuilder, x: string, rows: string, updates: string, shape: readonly number[], reduction: 'add' | 'none'): string {
  const column = graph.op('Reshape', [rows, graph.ints([shape[0]!, ...shape.slice(1).map(() => 1)])])
  return graph.op('ScatterElements', [x, graph.op('Expand', [column, graph.ints(shape)]), updates], { axis: 0, reduction })
}

function activated({ graph, attributes, name }: Call, x: string, slope: Value | undefined): string {
  switch (attributes.activation as string) {
    case 'linear': return x
    case 'relu': return graph.op('Relu', [x])
    case 'relu6': return graph.op('Min', [graph.op('Relu', [x]), graph.float(6)])
    case 'elu': return graph.op('Elu', [x])
    case 'sigmoid': return graph.op('Sigmoid', [x])
    case 'leakyrelu': return graph.op('LeakyRelu', [x], { alpha: { float: attributes.alpha } })
    case 'prelu': return graph.op('PRelu', [x, name(slope!)])
    default: throw new Error(`no ONNX for the activation ${attributes.activation}`)
  }
}

function pads(paddings: readonly (readonly [number, number])[]): number[] {
  return [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]
}
