import type { Attributes } from '../trace/tape.js'

/**
 * Opcodes of WebAssembly's 128-bit vectors:
 * https://webassembly.github.io/spec/core/binary/instructions.html#vector-instructions
 */
const f32x4 = {
  eq: 0x41,
  ne: 0x42,
  lt: 0x43,
  gt: 0x44,
  le: 0x45,
  ge: 0x46,
  ceil: 0x67,
  floor: 0x68,
  nearest: 0x6a,
  abs: 0xe0,
  neg: 0xe1,
  sqrt: 0xe3,
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  div: 0xe7,
  min: 0xe8,
  max: 0xe9,
} as const
const v128 = { not: 0x4d, and: 0x4e, or: 0x50, bitselect: 0x52 } as const

/**
 * A step on the stack: an opcode, an input of the kernel by its index, or a number in all four
 * lanes.
 */
export type Step =
  { readonly opcode: number } | { readonly input: number } | { readonly number: number }

const op = (opcode: number): Step => ({ opcode })
const input = (index: number): Step => ({ input: index })
const number = (value: number): Step => ({ number: value })
const [a, b, c] = [input(0), input(1), input(2)]

/**
 * tfjs's elementwise kernels on four floats at a time, each rounded as on its own. A `bool` is a
 * mask: all bits of a lane. Kernels that a few vector instructions don't make (exponentials,
 * powers) aren't here.
 */
export const lanes: ReadonlyMap<
  string,
  (attributes: Attributes, inputs: number) => readonly Step[]
> = new Map([
  ...each('Identity', [a]),
  ...unary({
    Abs: f32x4.abs,
    Neg: f32x4.neg,
    Sqrt: f32x4.sqrt,
    Ceil: f32x4.ceil,
    Floor: f32x4.floor,
    Round: f32x4.nearest,
    LogicalNot: v128.not,
  }),
  ...binary({
    Add: f32x4.add,
    Sub: f32x4.sub,
    Multiply: f32x4.mul,
    RealDiv: f32x4.div,
    Maximum: f32x4.max,
    Minimum: f32x4.min,
    LogicalAnd: v128.and,
    LogicalOr: v128.or,
  }),
  ...binary({
    Equal: f32x4.eq,
    NotEqual: f32x4.ne,
    Less: f32x4.lt,
    LessEqual: f32x4.le,
    Greater: f32x4.gt,
    GreaterEqual: f32x4.ge,
  }),
  ...each('Square', [a, a, op(f32x4.mul)]),
  ...each('SquaredDifference', [a, b, op(f32x4.sub), a, b, op(f32x4.sub), op(f32x4.mul)]),
  ...each('Reciprocal', [number(1), a, op(f32x4.div)]),
  ...each('Rsqrt', [number(1), a, op(f32x4.sqrt), op(f32x4.div)]),
  ...each('Relu', [a, number(0), op(f32x4.max)]),
  // Not-a-number stays so
  ...each('Sign', [
    a,
    number(0),
    op(f32x4.gt),
    number(1),
    op(v128.and),
    a,
    number(0),
    op(f32x4.lt),
    number(-1),
    op(v128.and),
    op(v128.or),
    a,
    a,
    a,
    op(f32x4.eq),
    op(v128.bitselect),
  ]),
  // bitselect takes bits of its first operand where the third has ones
  ...each('Select', [b, c, a, op(v128.bitselect)]),
  [
    'ClipByValue',
    ({ min, max }) => [
      a,
      number(min as number),
      op(f32x4.max),
      number(max as number),
      op(f32x4.min),
    ],
  ],
  [
    'AddN',
    (_, inputs) => [
      a,
      ...Array.from({ length: inputs - 1 }, (_, i) => [input(i + 1), op(f32x4.add)]).flat(),
    ],
  ],
] as [string, (attributes: Attributes, inputs: number) => readonly Step[]][])

function each(kernel: string, steps: readonly Step[]): [string, () => readonly Step[]][] {
  return [[kernel, () => steps]]
}

function unary(opcodes: Readonly<Record<string, number>>): [string, () => readonly Step[]][] {
  return Object.entries(opcodes).map(([kernel, opcode]) => [kernel, () => [a, op(opcode)]])
}

function binary(opcodes: Readonly<Record<string, number>>): [string, () => readonly Step[]][] {
  return Object.entries(opcodes).map(([kernel, opcode]) => [kernel, () => [a, b, op(opcode)]])
}
