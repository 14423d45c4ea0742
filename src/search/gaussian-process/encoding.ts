import type { Choice, Parameter, Params, Space } from '../../space/parameter.js'
import { toUnitBeyond } from '../../space/transform.js'

/**
 * How configurations become points for a kernel.
 *
 * A number is one column in [0, 1] on its own scale. A category of k names is k columns with 1/√2
 * in its own, so that any two names are at distance 1, as are the ends of a number; with two names
 * one column is the same.
 */
export interface Encoding {
  readonly space: Space
  /** Columns of an encoded point. */
  readonly columns: number
  /** For each column, the index of its length scale. Shape [columns]. */
  readonly lengthIndex: Int32Array
  /** Number of length scales: parameters that have more than one value. */
  readonly lengths: number
  /** For each parameter, its first column; −1 for one that is fixed. Shape [space.length]. */
  readonly firstColumn: Int32Array
  readonly axes: readonly Axis[]
}

type Axis =
  | { readonly kind: 'fixed' }
  | { readonly kind: 'number'; readonly at: (value: Choice) => number }
  | { readonly kind: 'names'; readonly choices: readonly Choice[] }

export function createEncoding(space: Space): Encoding {
  const axes = space.map(createAxis)
  const firstColumn = new Int32Array(space.length).fill(-1)
  const lengthIndex: number[] = []
  let lengths = 0
  axes.forEach((axis, i) => {
    if (axis.kind === 'fixed') return
    firstColumn[i] = lengthIndex.length
    for (let column = 0; column < width(axis); column++) lengthIndex.push(lengths)
    lengths++
  })
  return {
    space,
    columns: lengthIndex.length,
    lengthIndex: Int32Array.from(lengthIndex),
    lengths,
    firstColumn,
    axes,
  }
}

/** Writes a configuration into `out` from `offset`; takes encoding.columns places. */
export function encode(
  { space, axes, firstColumn }: Encoding,
  params: Params,
  out: Float64Array,
  offset = 0,
): void {
  for (let i = 0; i < axes.length; i++) {
    const axis = axes[i]!
    const column = offset + firstColumn[i]!
    const value = params[space[i]!.name]!
    if (axis.kind === 'number') out[column] = axis.at(value)
    else if (axis.kind === 'names' && axis.choices.length === 2)
      out[column] = axis.choices.indexOf(value)
    else if (axis.kind === 'names')
      axis.choices.forEach((choice, k) => (out[column + k] = choice === value ? Math.SQRT1_2 : 0))
  }
}

/** One configuration by itself, shape [encoding.columns]. */
export function encoded(encoding: Encoding, params: Params): Float64Array {
  const point = new Float64Array(encoding.columns)
  encode(encoding, params, point)
  return point
}

/** All configurations in one row-major matrix, shape [params.length, encoding.columns]. */
export function encodeAll(encoding: Encoding, params: readonly Params[]): Float64Array {
  const x = new Float64Array(params.length * encoding.columns)
  params.forEach((one, i) => encode(encoding, one, x, i * encoding.columns))
  return x
}

/**
 * Whether a configuration has a place among encoded points. One that lies outside the space may: a
 * number beyond its bounds is a column beyond [0, 1]. A name that is no choice any more has none,
 * nor has another value of what is now fixed.
 */
export function hasPlace({ space, axes }: Encoding, params: Params): boolean {
  return space.every((parameter, i) => {
    const axis = axes[i]!
    const value = params[parameter.name]
    if (value === undefined) return false
    if (axis.kind === 'number') return typeof value === 'number' && Number.isFinite(axis.at(value))
    return axis.kind === 'names'
      ? axis.choices.includes(value)
      : value === (parameter.kind === 'categorical' ? parameter.choices[0] : parameter.low)
  })
}

function createAxis(parameter: Parameter): Axis {
  if (parameter.kind !== 'categorical') {
    return parameter.low === parameter.high
      ? { kind: 'fixed' }
      : { kind: 'number', at: value => toUnitBeyond(parameter, Number(value)) }
  }
  const choices = [...new Set(parameter.choices)]
  if (choices.length === 1) return { kind: 'fixed' }
  return choices.every(choice => typeof choice === 'number')
    ? { kind: 'number', at: numberPlace(choices) }
    : { kind: 'names', choices }
}

/** Numbers in a list are a scale with gaps: `4, 8, 16` is even on a logarithmic one. */
function numberPlace(choices: readonly number[]): (value: Choice) => number {
  const [low, high] = [Math.min(...choices), Math.max(...choices)]
  const transform = low > 0 && high / low >= 4 ? Math.log : Number
  const [first, last] = [transform(low), transform(high)]
  return value => (transform(Number(value)) / 2 - first / 2) / (last / 2 - first / 2)
}

function width(axis: Axis): number {
  if (axis.kind === 'fixed') return 0
  return axis.kind === 'names' && axis.choices.length > 2 ? axis.choices.length : 1
}
