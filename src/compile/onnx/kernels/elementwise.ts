import { callAttributes, cast, emit, fill, floatInput, names, operands } from './call.js'
import type { Call, Emitters } from './call.js'
import { addedToProduct, scaledProduct } from './product.js'

/** tfjs's names for what ONNX calls otherwise. */
const binary: Readonly<Record<string, string>> = {
  Sub: 'Sub',
  RealDiv: 'Div',
  Pow: 'Pow',
  Maximum: 'Max',
  Minimum: 'Min',
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
}

export const elementwise: Emitters = [
  ...emit('Identity', call => names(call)[0]!),
  ...emit('Cast', ({ graph, inputs: [x], outputs: [y], name }) =>
    cast(graph, name(x!), x!.dtype, y!.dtype),
  ),
  ...emit('Abs Ceil Floor Neg Round Sign', (call, op) => call.graph.op(op, names(call))),
  ...emit(
    'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Log Reciprocal Selu ' +
      'Sigmoid Sin Sinh Softplus Sqrt Tan Tanh',
    (call, op) => call.graph.op(op, [floatInput(call)]),
  ),
  ...emit('Rsqrt', call =>
    call.graph.op('Reciprocal', [call.graph.op('Sqrt', [floatInput(call)])]),
  ),
  ...emit('Square', call => call.graph.op('Mul', [...names(call), ...names(call)])),
  ...emit('Log1p', logOfOnePlus),
  ...emit('Expm1', expMinusOne),
  ...emit('ZerosLike', ({ graph, outputs: [y] }) => fill(graph, y!.dtype, y!.shape, 0)),
  ...emit('OnesLike', ({ graph, outputs: [y] }) => fill(graph, y!.dtype, y!.shape, 1)),

  ...emit('Relu', relu),
  ...emit('Relu6', call =>
    call.graph.op('Min', [relu(call), call.graph.scalar(call.inputs[0]!.dtype, 6)]),
  ),
  ...emit('LeakyRelu', call =>
    call.graph.op('LeakyRelu', names(call), {
      alpha: { float: callAttributes<{ alpha: number }>(call).alpha },
    }),
  ),
  ...emit('Prelu', call => call.graph.op('PRelu', names(call))),
  ...emit('EluGrad', call => {
    const { graph } = call
    const [dy, y] = names(call) as [string, string]
    return graph.op('Where', [
      graph.op('GreaterOrEqual', [y, graph.float(0)]),
      dy,
      graph.op('Mul', [dy, graph.op('Add', [y, graph.float(1)])]),
    ])
  }),
  ...emit('Step', step),
  ...emit('ClipByValue', call => {
    const {
      graph,
      inputs: [x],
    } = call
    const { min, max } = callAttributes<{ min: number; max: number }>(call)
    return graph.op('Min', [
      graph.op('Max', [...names(call), graph.scalar(x!.dtype, min)]),
      graph.scalar(x!.dtype, max),
    ])
  }),

  ...emit('IsNan', call => call.graph.op('IsNaN', names(call))),
  ...emit('IsInf', call => call.graph.op('IsInf', names(call))),
  ...emit('IsFinite', ({ graph, ...call }) => {
    const x = names({ graph, ...call })
    return graph.op('Not', [graph.op('Or', [graph.op('IsNaN', x), graph.op('IsInf', x)])])
  }),
  ...emit('LogicalNot', call => call.graph.op('Not', names(call))),

  ...emit('Add', call => addedToProduct(call) ?? call.graph.op('Add', operands(call))),
  ...emit('Multiply', call => scaledProduct(call) ?? call.graph.op('Mul', operands(call))),
  ...emit(Object.keys(binary).join(' '), (call, kernel) =>
    call.graph.op(binary[kernel]!, operands(call)),
  ),
  ...emit('NotEqual', call => call.graph.op('Not', [call.graph.op('Equal', operands(call))])),
  ...emit('SquaredDifference', call => {
    const difference = call.graph.op('Sub', operands(call))
    return call.graph.op('Mul', [difference, difference])
  }),
  ...emit('FloorDiv', floorDivision),
  ...emit('Mod', call => {
    const { graph, inputs } = call
    const [a, b] = operands(call)
    return inputs[0]!.dtype === 'float32'
      ? graph.op('Sub', [a, graph.op('Mul', [floorDivision(call), b])])
      : graph.op('Mod', [a, b])
  }),
  ...emit('AddN', call => names(call).reduce((sum, x) => call.graph.op('Add', [sum, x]))),
  ...emit('Select', call => call.graph.op('Where', names(call))),
]

function relu(call: Call): string {
  const {
    graph,
    inputs: [x],
  } = call
  return x!.dtype === 'float32'
    ? graph.op('Relu', names(call))
    : graph.op('Max', [...names(call), graph.scalar(x!.dtype, 0)])
}

/** 1 above 0, alpha elsewhere; not-a-number stays so, as in tfjs. */
function step(call: Call): string {
  const {
    graph,
    inputs: [value],
  } = call
  const { dtype } = value!
  const [x] = names(call) as [string]
  const stepped = graph.op('Where', [
    graph.op('Greater', [x, graph.scalar(dtype, 0)]),
    graph.scalar(dtype, 1),
    graph.scalar(dtype, callAttributes<{ alpha: number }>(call).alpha),
  ])
  return dtype === 'float32' ? graph.op('Where', [graph.op('IsNaN', [x]), x, stepped]) : stepped
}

/** log(1 + x), exact near 0 though ONNX has only log: Goldberg 1991, theorem 4. */
function logOfOnePlus(call: Call): string {
  const { graph } = call
  const x = floatInput(call)
  const u = graph.op('Add', [x, graph.float(1)])
  const absorbed = graph.op('Equal', [u, graph.float(1)])
  const difference = graph.op('Where', [
    absorbed,
    graph.float(1),
    graph.op('Sub', [u, graph.float(1)]),
  ])
  return graph.op('Where', [
    absorbed,
    x,
    graph.op('Mul', [graph.op('Log', [u]), graph.op('Div', [x, difference])]),
  ])
}

/** eˣ − 1 = tanh(x/2) · (eˣ + 1), exact near 0. */
function expMinusOne(call: Call): string {
  const { graph } = call
  const x = floatInput(call)
  return graph.op('Mul', [
    graph.op('Tanh', [graph.op('Mul', [x, graph.float(0.5)])]),
    graph.op('Add', [graph.op('Exp', [x]), graph.float(1)]),
  ])
}

/** Rounds down, where ONNX's own division of integers rounds towards 0. */
function floorDivision(call: Call): string {
  const {
    graph,
    inputs: [dividend],
  } = call
  const { dtype } = dividend!
  const [a, b] = operands(call)
  const quotient = graph.op('Div', [a, b])
  if (dtype === 'float32') return graph.op('Floor', [quotient])
  const zero = graph.scalar(dtype, 0)
  const remainder = graph.op('Sub', [a, graph.op('Mul', [quotient, b])])
  const uneven = graph.op('Not', [graph.op('Equal', [remainder, zero])])
  const opposed = graph.op('Xor', [
    graph.op('Less', [remainder, zero]),
    graph.op('Less', [b, zero]),
  ])
  return graph.op('Sub', [quotient, cast(graph, graph.op('And', [uneven, opposed]), 'bool', dtype)])
}
