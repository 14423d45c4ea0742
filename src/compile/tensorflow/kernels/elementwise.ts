import { T, callAttributes, cast, emit, float, floatInput, names, operands } from './call.js'
import type { Call, Emitters } from './call.js'

/** tfjs's names for what TensorFlow calls otherwise. */
const binary: Readonly<Record<string, string>> = { Add: 'AddV2', Multiply: 'Mul', Mod: 'FloorMod' }

export const elementwise: Emitters = [
  ...emit('Identity', call => names(call)[0]!),
  ...emit('Cast', ({ graph, inputs: [x], outputs: [y], name }) =>
    cast(graph, name(x!), x!.dtype, y!.dtype),
  ),
  ...emit('Abs Neg Sign Square', (call, op) =>
    call.graph.op(op, names(call), T(call.inputs[0]!.dtype)),
  ),
  ...emit('Ceil Floor Round', (call, op) => {
    const { dtype } = call.inputs[0]!
    return dtype === 'float32'
      ? call.graph.op(op === 'Round' ? 'Rint' : op, names(call), T(dtype))
      : names(call)[0]!
  }),
  ...emit(
    'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Expm1 Log Log1p Reciprocal ' +
      'Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt Tan Tanh',
    (call, op) => float(call.graph, op, floatInput(call)),
  ),
  ...emit('ZerosLike', ({ graph, outputs: [y] }) =>
    graph.constant({ type: y!.dtype, shape: y!.shape, data: 0 }),
  ),
  ...emit('OnesLike', ({ graph, outputs: [y] }) =>
    graph.constant({ type: y!.dtype, shape: y!.shape, data: 1 }),
  ),

  ...emit('Relu', relu),
  ...emit('Relu6', call =>
    call.graph.op(
      'Minimum',
      [relu(call), call.graph.scalar(call.inputs[0]!.dtype, 6)],
      T(call.inputs[0]!.dtype),
    ),
  ),
  ...emit('LeakyRelu', call =>
    call.graph.op('LeakyRelu', names(call), {
      ...T('float32'),
      alpha: { float: callAttributes<{ alpha: number }>(call).alpha },
    }),
  ),
  ...emit('Prelu', call => {
    const { graph } = call
    const [x, alpha] = names(call) as [string, string]
    return prelu(graph, x, alpha)
  }),
  ...emit('EluGrad', call => float(call.graph, 'EluGrad', ...names(call))),
  ...emit('Step', step),
  ...emit('ClipByValue', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { min, max } = callAttributes<{ min: number; max: number }>(call)
    return graph.op(
      'Minimum',
      [
        graph.op('Maximum', [...names(call), graph.scalar(x!.dtype, min)], T(x!.dtype)),
        graph.scalar(x!.dtype, max),
      ],
      T(x!.dtype),
    )
  }),

  ...emit('IsNan IsInf IsFinite', (call, op) => call.graph.op(op, names(call), T('float32'))),
  ...emit('LogicalNot LogicalAnd LogicalOr', (call, op) => call.graph.op(op, names(call))),
  ...emit(
    'Add Sub Multiply RealDiv Pow Maximum Minimum SquaredDifference FloorDiv Mod ' +
      'Equal NotEqual Greater GreaterEqual Less LessEqual',
    (call, kernel) =>
      call.graph.op(binary[kernel] ?? kernel, operands(call), T(call.inputs[0]!.dtype)),
  ),
  ...emit('AddN', call =>
    call.inputs.length === 1
      ? names(call)[0]!
      : call.graph.op('AddN', names(call), {
          ...T(call.inputs[0]!.dtype),
          N: { int: call.inputs.length },
        }),
  ),
  ...emit('Select', call => call.graph.op('SelectV2', names(call), T(call.outputs[0]!.dtype))),
]

/** x above 0, alpha · x below. */
export function prelu(graph: Call['graph'], x: string, alpha: string): string {
  const zero = graph.scalar('float32', 0)
  return graph.op(
    'SelectV2',
    [float(graph, 'Less', x, zero), float(graph, 'Mul', x, alpha), x],
    T('float32'),
  )
}

function relu(call: Call): string {
  const {
    graph,
    inputs: [x],
  } = call
  return x!.dtype === 'float32'
    ? float(graph, 'Relu', ...names(call))
    : graph.op('Maximum', [...names(call), graph.scalar(x!.dtype, 0)], T(x!.dtype))
}

/** 1 above 0, alpha elsewhere; not-a-number stays so, as in tfjs. */
function step(call: Call): string {
  const {
    graph,
    inputs: [value],
  } = call
  const { dtype } = value!
  const [x] = names(call) as [string]
  const above = graph.op('Greater', [x, graph.scalar(dtype, 0)], T(dtype))
  const stepped = graph.op(
    'SelectV2',
    [
      above,
      graph.scalar(dtype, 1),
      graph.scalar(dtype, callAttributes<{ alpha: number }>(call).alpha),
    ],
    T(dtype),
  )
  return dtype === 'float32'
    ? graph.op('SelectV2', [graph.op('IsNan', [x], T(dtype)), x, stepped], T(dtype))
    : stepped
}
