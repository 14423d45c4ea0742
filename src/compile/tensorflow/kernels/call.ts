import {
  attributesOf,
  emitWith,
  names,
  type EmitterOf,
  type EmittersOf,
  type KernelCall,
} from '../../trace/emitters.js'
import type { ValueType } from '../../trace/tape.js'
import type { GraphBuilder } from '../builder.js'
import type { TfAttribute } from '../model.js'

/** One kernel call and where it is to be written. */
export type Call = KernelCall<GraphBuilder>
export type Emitter = EmitterOf<Call>
export type Emitters = EmittersOf<Call>
export const emit: (
  kernels: string,
  emitter: (call: Call, kernel: string) => ReturnType<Emitter>,
) => Emitters = emitWith
export { attributesOf, names }

/** The attribute `T`, of most operations that take tensors of one type. */
export function T(type: ValueType): Readonly<Record<'T', TfAttribute>> {
  return { T: { type } }
}

/** An operation of float32 tensors whose only attribute is their type. */
export function float(graph: GraphBuilder, op: string, ...inputs: string[]): string {
  return graph.op(op, inputs, T('float32'))
}

/** @returns `name`, `name:1`, … */
export function outputsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`))
}

export function cast(graph: GraphBuilder, x: string, from: ValueType, to: ValueType): string {
  return from === to ? x : graph.op('Cast', [x], { SrcT: { type: from }, DstT: { type: to } })
}

/** The first input in float32: TensorFlow's functions take no 32-bit integers. */
export function floatInput({ graph, inputs: [x], name }: Call): string {
  return cast(graph, name(x!), x!.dtype, 'float32')
}

export function reshaped(
  graph: GraphBuilder,
  x: string,
  type: ValueType,
  from: readonly number[],
  to: readonly number[],
): string {
  const same = from.length === to.length && from.every((length, axis) => length === to[axis])
  return same
    ? x
    : graph.op('Reshape', [x, graph.ints(to)], { ...T(type), Tshape: { type: 'int32' } })
}

export function transposed(
  graph: GraphBuilder,
  x: string,
  type: ValueType,
  perm: readonly number[],
): string {
  return graph.op('Transpose', [x, graph.ints(perm)], { ...T(type), Tperm: { type: 'int32' } })
}

/**
 * The two operands of an elementwise kernel. A constant of equal elements goes in as a scalar when
 * the other operand has the result's shape already: tfjs's gradients of sums multiply by tensors
 * full of ones.
 */
export function operands({ graph, inputs, outputs, name }: Call): [string, string] {
  const shape = outputs[0]!.shape.join()
  const [a, b] = inputs.map((x, i) => {
    const uniform =
      x.kind === 'constant' && typeof x.data === 'number' && inputs[1 - i]!.shape.join() === shape
        ? x.data
        : null
    return uniform === null ? name(x) : graph.scalar(x.dtype, uniform)
  })
  return [a!, b!]
}
