import { elementCount } from '../../../util/element-count.js'
import type { TapeNode, Value } from '../../trace/tape.js'
import { attributesOf, reshaped } from './call.js'
import type { Call } from './call.js'

/** What a product takes along, so that no pass over memory is made for it. */
interface Along {
  /** Of the result's shape. */
  readonly plus?: Value
  readonly times?: number
}

/** As many rows are faster one by one than together, though each reads the right side again; */
const FEW_ROWS = 4
/** where that has as many elements at least. */
const LARGE_SIDE = 2048

type Sides = Readonly<Record<'transposeA' | 'transposeB', boolean>>

/**
 * Products without a batch go to Gemm, the others to FusedMatMul, which transposes without a copy.
 */
export function product(call: Call, { plus, times = 1 }: Along = {}): string {
  const { graph, inputs, name } = call
  const { transposeA, transposeB } = attributesOf<Sides>(call)
  if (isOfFewRows(call) && times === 1) return ofFewRows(call)
  const [left, leftTimes] = withoutFactor(call, inputs[0]!)
  const [right, rightTimes] = withoutFactor(call, inputs[1]!)
  const alpha = times * leftTimes * rightTimes
  if (isSingle(call)) {
    const moved = plus ? null : rowsScaledElsewhere(call, left, right, alpha)
    return moved ?? gemm(call, [name(left), left.shape], [name(right), right.shape], alpha, plus)
  }
  return graph.op(
    'FusedMatMul',
    [name(left), name(right)],
    { transA: Number(transposeA), transB: Number(transposeB), ...factor(alpha) },
    'com.microsoft',
  )
}

/**
 * A sum of which one part is a product that nothing else reads: Gemm adds while it writes. @returns
 * null when it isn't one
 */
export function addedToProduct(call: Call): string | null {
  const {
    inputs,
    outputs: [output],
    maker,
    uses,
  } = call
  for (const [i, x] of inputs.entries()) {
    const node = maker(x)
    const other = inputs[1 - i]!
    if (node?.kernel !== 'BatchMatMul' || uses(x) !== 1 || x.shape.length !== 2 || !isSingle(node))
      continue
    if ([x, other].every(({ shape }) => shape.join() === output!.shape.join()))
      return product({ ...call, ...node }, { plus: other })
  }
  return null
}

/** A product that nothing else reads, times a number. @returns null when it isn't one */
export function scaledProduct(call: Call): string | null {
  const {
    inputs,
    outputs: [output],
    maker,
    uses,
  } = call
  for (const [i, x] of inputs.entries()) {
    const node = maker(x)
    const times = numberOf(inputs[1 - i]!)
    if (
      node?.kernel === 'BatchMatMul' &&
      uses(x) === 1 &&
      times !== null &&
      x.shape.join() === output!.shape.join()
    )
      return product({ ...call, ...node }, { times })
  }
  return null
}

/**
 * Many left sides of a few rows, each with a right side of its own: attention of one token a row.
 */
function isOfFewRows(node: TapeNode): boolean {
  const [a, b] = node.inputs as [Value, Value]
  const rows = a.shape.at(-2)!
  return (
    !isSingle(node) &&
    !attributesOf<Sides>(node).transposeA &&
    (rows === 1 || (rows <= FEW_ROWS && elementCount(b.shape.slice(-2)) >= LARGE_SIDE))
  )
}

/**
 * Products of single rows: onnxruntime has a loop for one row and no factor that leaves the right
 * side where it is, and copies it else.
 */
function ofFewRows({ graph, inputs: [a, b], outputs: [output], name, attributes }: Call): string {
  const [rows, width] = a!.shape.slice(-2) as [number, number]
  const apart = (shape: readonly number[], ...end: number[]): number[] => [
    ...shape.slice(0, -2),
    ...end,
  ]
  const [left, right] =
    rows === 1
      ? [name(a!), name(b!)]
      : [
          reshaped(graph, name(a!), a!.shape, apart(a!.shape, rows, 1, width)),
          reshaped(graph, name(b!), b!.shape, apart(b!.shape, 1, ...b!.shape.slice(-2))),
        ]
  const made = graph.op(
    'FusedMatMul',
    [left, right],
    { transA: 0, transB: Number((attributes as Sides).transposeB) },
    'com.microsoft',
  )
  return rows === 1
    ? made
    : reshaped(graph, made, apart(output!.shape, rows, 1, output!.shape.at(-1)!), output!.shape)
}

type Operand = readonly [name: string, shape: readonly number[]]

function gemm(
  call: Call,
  [leftName, leftShape]: Operand,
  [rightName, rightShape]: Operand,
  alpha: number,
  plus?: Value,
): string {
  const {
    graph,
    outputs: [output],
    name,
  } = call
  const { transposeA, transposeB } = attributesOf<Sides>(call)
  const [rows, width] = [elementCount(leftShape.slice(0, -1)), leftShape.at(-1)!]
  const left = reshaped(graph, leftName, leftShape, [rows, width])
  const right = reshaped(graph, rightName, rightShape, rightShape.slice(-2))
  const made = graph.op('Gemm', [left, right, ...(plus ? [name(plus)] : [])], {
    transA: Number(transposeA),
    transB: Number(transposeB),
    ...factor(alpha),
  })
  return reshaped(graph, made, [transposeA ? width : rows, output!.shape.at(-1)!], output!.shape)
}

/**
 * Rows that a column scales before a product are scaled after it, or on the other side, where that
 * is less to scale: a loss's slope.
 */
function rowsScaledElsewhere(call: Call, left: Value, right: Value, alpha: number): string | null {
  const {
    graph,
    outputs: [output],
    maker,
    name,
  } = call
  const { transposeA } = attributesOf<Sides>(call)
  const node = maker(left)
  if (node?.kernel !== 'Multiply' || left.shape.length !== 2 || right.shape.length !== 2)
    return null
  const [x, column] = node.inputs as [Value, Value]
  if (x.shape.join() !== left.shape.join() || column.shape.join() !== [left.shape[0], 1].join())
    return null
  const scaled = (y: string): string => graph.op('Mul', [y, name(column)])
  if (!transposeA)
    return elementCount(output!.shape) < elementCount(left.shape)
      ? scaled(gemm(call, [name(x), x.shape], [name(right), right.shape], alpha))
      : null
  const smaller =
    elementCount(right.shape) < elementCount(left.shape) && right.shape[0] === left.shape[0]
  return smaller ? gemm(call, [name(x), x.shape], [scaled(name(right)), right.shape], alpha) : null
}

/** A batch of left sides for one right side is one taller left side. */
function isSingle({ inputs, attributes }: TapeNode): boolean {
  const [a, b] = inputs as [Value, Value]
  return (
    elementCount(b.shape.slice(0, -2)) === 1 &&
    (elementCount(a.shape.slice(0, -2)) === 1 || !attributes.transposeA)
  )
}

/** A side that was multiplied by a number, as it was before, and the number. */
function withoutFactor({ maker }: Call, side: Value): [Value, number] {
  const node = maker(side)
  if (node?.kernel !== 'Multiply') return [side, 1]
  for (const [i, x] of node.inputs.entries()) {
    const times = numberOf(node.inputs[1 - i]!)
    if (
      times !== null &&
      x.kind !== 'constant' &&
      x.dtype === 'float32' &&
      x.shape.join() === side.shape.join()
    )
      return [x, times]
  }
  return [side, 1]
}

function numberOf(value: Value): number | null {
  return value.kind === 'constant' && value.dtype === 'float32' && typeof value.data === 'number'
    ? value.data
    : null
}

function factor(alpha: number): { alpha?: { float: number } } {
  return alpha === 1 ? {} : { alpha: { float: alpha } }
}
