import type { Attributes } from '../trace/tape.js'
import { SimdOpcode } from './webassembly.js'

/**
 * A step of WebAssembly's stack machine: a vector instruction, or a push of a kernel's input, by
 * its index, or of a number in all four lanes.
 */
type SimdStep =
  { readonly opcode: number } | { readonly input: number } | { readonly number: number }

const op = (opcode: number): SimdStep => ({ opcode })
const input = (index: number): SimdStep => ({ input: index })
const number = (value: number): SimdStep => ({ number: value })
const [a, b, c] = [input(0), input(1), input(2)]

/**
 * tfjs's elementwise kernels on four float32 at a time, each lane rounded as a single one. A `bool`
 * is a mask: all bits of a lane. Kernels that need more than a few instructions (exponentials,
 * powers) are left to the graph.
 */
export const simdKernels: ReadonlyMap<
  string,
  (attributes: Attributes, inputCount: number) => readonly SimdStep[]
> = new Map([
  ...kernel('Identity', [a]),
  ...unary({
    Abs: SimdOpcode.f32x4_abs,
    Neg: SimdOpcode.f32x4_neg,
    Sqrt: SimdOpcode.f32x4_sqrt,
    Ceil: SimdOpcode.f32x4_ceil,
    Floor: SimdOpcode.f32x4_floor,
    Round: SimdOpcode.f32x4_nearest,
    LogicalNot: SimdOpcode.v128_not,
  }),
  ...binary({
    Add: SimdOpcode.f32x4_add,
    Sub: SimdOpcode.f32x4_sub,
    Multiply: SimdOpcode.f32x4_mul,
    RealDiv: SimdOpcode.f32x4_div,
    Maximum: SimdOpcode.f32x4_max,
    Minimum: SimdOpcode.f32x4_min,
    LogicalAnd: SimdOpcode.v128_and,
    LogicalOr: SimdOpcode.v128_or,
  }),
  ...binary({
    Equal: SimdOpcode.f32x4_eq,
    NotEqual: SimdOpcode.f32x4_ne,
    Less: SimdOpcode.f32x4_lt,
    LessEqual: SimdOpcode.f32x4_le,
    Greater: SimdOpcode.f32x4_gt,
    GreaterEqual: SimdOpcode.f32x4_ge,
  }),
  ...kernel('Square', [a, a, op(SimdOpcode.f32x4_mul)]),
  ...kernel('SquaredDifference', [
    a,
    b,
    op(SimdOpcode.f32x4_sub),
    a,
    b,
    op(SimdOpcode.f32x4_sub),
    op(SimdOpcode.f32x4_mul),
  ]),
  ...kernel('Reciprocal', [number(1), a, op(SimdOpcode.f32x4_div)]),
  ...kernel('Rsqrt', [number(1), a, op(SimdOpcode.f32x4_sqrt), op(SimdOpcode.f32x4_div)]),
  ...kernel('Relu', [a, number(0), op(SimdOpcode.f32x4_max)]),
  // Not-a-number stays not-a-number.
  ...kernel('Sign', [
    a,
    number(0),
    op(SimdOpcode.f32x4_gt),
    number(1),
    op(SimdOpcode.v128_and),
    a,
    number(0),
    op(SimdOpcode.f32x4_lt),
    number(-1),
    op(SimdOpcode.v128_and),
    op(SimdOpcode.v128_or),
    a,
    a,
    a,
    op(SimdOpcode.f32x4_eq),
    op(SimdOpcode.v128_bitselect),
  ]),
  // bitselect takes bits of its first operand where the third has ones.
  ...kernel('Select', [b, c, a, op(SimdOpcode.v128_bitselect)]),
  [
    'ClipByValue',
    ({ min, max }) => [
      a,
      number(min as number),
      op(SimdOpcode.f32x4_max),
      number(max as number),
      op(SimdOpcode.f32x4_min),
    ],
  ],
  [
    'AddN',
    (_, inputCount) => [
      a,
      ...Array.from({ length: inputCount - 1 }, (_, i) => [
        input(i + 1),
        op(SimdOpcode.f32x4_add),
      ]).flat(),
    ],
  ],
] as [string, (attributes: Attributes, inputCount: number) => readonly SimdStep[]][])

function kernel(name: string, steps: readonly SimdStep[]): [string, () => readonly SimdStep[]][] {
  return [[name, () => steps]]
}

function unary(opcodes: Readonly<Record<string, number>>): [string, () => readonly SimdStep[]][] {
  return Object.entries(opcodes).map(([kernel, opcode]) => [kernel, () => [a, op(opcode)]])
}

function binary(opcodes: Readonly<Record<string, number>>): [string, () => readonly SimdStep[]][] {
  return Object.entries(opcodes).map(([kernel, opcode]) => [kernel, () => [a, b, op(opcode)]])
}
