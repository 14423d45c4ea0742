// Notation, of a product A · B:
//   A  ... x M x K, or ... x K x M with transposeA
//   B  ... x K x N, or ... x N x K with transposeB
//   α  a factor of the product, which Gemm and FusedMatMul apply while they write
import { elementCount } from '../../../util/element-count.js'
import { optional } from '../../../util/optional.js'
import { sameShape } from '../../trace/emitter.js'
import { isPlainProduct } from '../../trace/rules/matrix.js'
import type { ProductAttributes } from '../../trace/rules/matrix.js'
import type { TapeNode, Value } from '../../trace/tape.js'
import { callAttributes, reshape } from './call.js'
import type { Call } from './call.js'

/** What is applied while the product is written, without another pass over memory. */
interface Epilogue {
  /** Added; of the result's shape. */
  readonly addend?: Value
  /** α */
  readonly alpha?: number
}

/** Up to this many rows of A are faster one by one, though each reads B again; */
const MAX_ROWS = 4
/** but only where B has at least this many elements. */
const MIN_RIGHT_ELEMENTS = 2048

/**
 * Writes a product of two plain matrices as Gemm, any other as FusedMatMul, which transposes
 * without a copy.
 */
export function product(call: Call, { addend, alpha: outerAlpha = 1 }: Epilogue = {}): string {
  const { graph, inputs, name } = call
  const { transposeA, transposeB } = callAttributes<ProductAttributes>(call)
  if (isRowByRow(call) && outerAlpha === 1) return rowByRowProduct(call)
  const [a, alphaA] = splitFactor(call, inputs[0]!)
  const [b, alphaB] = splitFactor(call, inputs[1]!)
  const alpha = outerAlpha * alphaA * alphaB
  if (isPlainProduct(call)) {
    const written = addend ? null : moveRowScale(call, a, b, alpha)
    return written ?? gemm(call, [name(a), a.shape], [name(b), b.shape], alpha, addend)
  }
  return graph.op(
    'FusedMatMul',
    [name(a), name(b)],
    { transA: Number(transposeA), transB: Number(transposeB), ...alphaAttribute(alpha) },
    'com.microsoft',
  )
}

/**
 * A sum of a product that nothing else reads and another tensor: Gemm adds while it writes.
 *
 * @returns null when the call is no such sum
 */
export function addedToProduct(call: Call): string | null {
  return withProduct(call, (node, other) =>
    other.shape.length === 2 &&
    isPlainProduct(node) &&
    sameShape(other.shape, call.outputs[0]!.shape)
      ? { addend: other }
      : null,
  )
}

/**
 * A product that nothing else reads, times a number.
 *
 * @returns null when the call is no such product
 */
export function scaledProduct(call: Call): string | null {
  return withProduct(call, (_, other) => {
    const alpha = uniformValue(other)
    return alpha === null ? null : { alpha }
  })
}

/** Writes a binary call together with an operand that is a product of the result's shape. */
function withProduct(
  call: Call,
  epilogue: (node: TapeNode, other: Value) => Epilogue | null,
): string | null {
  const {
    inputs,
    outputs: [output],
    producer,
    uses,
  } = call
  for (const [i, x] of inputs.entries()) {
    const node = producer(x)
    if (node?.kernel !== 'BatchMatMul' || uses(x) !== 1 || !sameShape(x.shape, output!.shape))
      continue
    const applied = epilogue(node, inputs[1 - i]!)
    if (applied) return product({ ...call, ...node }, applied)
  }
  return null
}

/** Many A of few rows, each with a B of its own: attention of one token a row. */
function isRowByRow(node: TapeNode): boolean {
  const [a, b] = node.inputs as [Value, Value]
  const rows = a.shape.at(-2)!
  return (
    !isPlainProduct(node) &&
    !callAttributes<ProductAttributes>(node).transposeA &&
    (rows === 1 || (rows <= MAX_ROWS && elementCount(b.shape.slice(-2)) >= MIN_RIGHT_ELEMENTS))
  )
}

/**
 * Products of single rows. onnxruntime has a loop for a row without α that leaves B where it is;
 * else it copies B.
 */
function rowByRowProduct(call: Call): string {
  const {
    graph,
    inputs: [a, b],
    outputs: [output],
    name,
  } = call
  const [rows, width] = a!.shape.slice(-2) as [number, number]
  const withMatrixShape = (shape: readonly number[], ...matrix: number[]): number[] => [
    ...shape.slice(0, -2),
    ...matrix,
  ]
  const [left, right] =
    rows === 1
      ? [name(a!), name(b!)]
      : [
          reshape(graph, name(a!), a!.shape, withMatrixShape(a!.shape, rows, 1, width)),
          reshape(graph, name(b!), b!.shape, withMatrixShape(b!.shape, 1, ...b!.shape.slice(-2))),
        ]
  const { transposeB } = callAttributes<ProductAttributes>(call)
  const products = graph.op(
    'FusedMatMul',
    [left, right],
    { transA: 0, transB: Number(transposeB) },
    'com.microsoft',
  )
  const { shape } = output!
  return rows === 1
    ? products
    : reshape(graph, products, withMatrixShape(shape, rows, 1, shape.at(-1)!), shape)
}

type Operand = readonly [name: string, shape: readonly number[]]

function gemm(
  call: Call,
  [nameA, shapeA]: Operand,
  [nameB, shapeB]: Operand,
  alpha: number,
  addend?: Value,
): string {
  const {
    graph,
    outputs: [output],
    name,
  } = call
  const { transposeA, transposeB } = callAttributes<ProductAttributes>(call)
  const [rows, width] = [elementCount(shapeA.slice(0, -1)), shapeA.at(-1)!]
  const a = reshape(graph, nameA, shapeA, [rows, width])
  const b = reshape(graph, nameB, shapeB, shapeB.slice(-2))
  const flat = graph.op('Gemm', [a, b, ...(addend ? [name(addend)] : [])], {
    transA: Number(transposeA),
    transB: Number(transposeB),
    ...alphaAttribute(alpha),
  })
  return reshape(graph, flat, [transposeA ? width : rows, output!.shape.at(-1)!], output!.shape)
}

/**
 * Where A's rows are scaled by a column, scales the result or B instead if that has fewer elements:
 * the gradient of a loss.
 *
 * @returns null when A is no such product or nothing is saved
 */
function moveRowScale(call: Call, a: Value, b: Value, alpha: number): string | null {
  const {
    graph,
    outputs: [output],
    producer,
    name,
  } = call
  const { transposeA } = callAttributes<ProductAttributes>(call)
  const node = producer(a)
  if (node?.kernel !== 'Multiply' || a.shape.length !== 2 || b.shape.length !== 2) return null
  const [x, column] = node.inputs as [Value, Value]
  if (!sameShape(x.shape, a.shape) || !sameShape(column.shape, [a.shape[0]!, 1])) return null
  const scale = (y: string): string => graph.op('Mul', [y, name(column)])
  if (!transposeA)
    return elementCount(output!.shape) < elementCount(a.shape)
      ? scale(gemm(call, [name(x), x.shape], [name(b), b.shape], alpha))
      : null
  const isSmaller = elementCount(b.shape) < elementCount(a.shape) && b.shape[0] === a.shape[0]
  return isSmaller ? gemm(call, [name(x), x.shape], [scale(name(b)), b.shape], alpha) : null
}

/** @returns an operand without the number it was multiplied by, and the number */
function splitFactor({ producer }: Call, operand: Value): [Value, number] {
  const node = producer(operand)
  if (node?.kernel !== 'Multiply') return [operand, 1]
  for (const [i, x] of node.inputs.entries()) {
    const factor = uniformValue(node.inputs[1 - i]!)
    if (
      factor !== null &&
      x.kind !== 'constant' &&
      x.dtype === 'float32' &&
      sameShape(x.shape, operand.shape)
    )
      return [x, factor]
  }
  return [operand, 1]
}

/** @returns the value of all elements of a constant, or null */
function uniformValue(value: Value): number | null {
  return value.kind === 'constant' && value.dtype === 'float32' && typeof value.data === 'number'
    ? value.data
    : null
}

function alphaAttribute(alpha: number): { alpha?: { float: number } } {
  return optional({ alpha: alpha === 1 ? undefined : { float: alpha } })
}
