import { callAttributes, emitWith, names, operands, sameShape } from '../../trace/emitter.js'
import type { EmitterTable, KernelCall, KernelEmitter } from '../../trace/emitter.js'
import type { ValueType } from '../../trace/tape.js'
import type { GraphBuilder } from '../builder.js'
import type { TfAttribute } from '../model.js'

/** One kernel call and the graph that it is written into. */
export type Call = KernelCall<GraphBuilder>
export type Emitter = KernelEmitter<Call>
export type Emitters = EmitterTable<Call>
export const emit: (
  kernels: string,
  emitter: (call: Call, kernel: string) => ReturnType<Emitter>,
) => Emitters = emitWith
export { callAttributes, names, operands }

/** The attribute `T`, of most operations that take tensors of one type. */
export function T(type: ValueType): Readonly<Record<'T', TfAttribute>> {
  return { T: { type } }
}

/** An operation of float32 tensors whose only attribute is their type. */
export function float(graph: GraphBuilder, op: string, ...inputs: string[]): string {
  return graph.op(op, inputs, T('float32'))
}

/** @returns `name`, `name:1`, … */
export function outputNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`))
}

export function cast(graph: GraphBuilder, x: string, from: ValueType, to: ValueType): string {
  return from === to ? x : graph.op('Cast', [x], { SrcT: { type: from }, DstT: { type: to } })
}

/** The first input in float32: TensorFlow's functions take no 32-bit integers. */
export function floatInput({ graph, inputs: [x], name }: Call): string {
  return cast(graph, name(x!), x!.dtype, 'float32')
}

export function reshape(
  graph: GraphBuilder,
  x: string,
  type: ValueType,
  from: readonly number[],
  to: readonly number[],
): string {
  return sameShape(from, to)
    ? x
    : graph.op('Reshape', [x, graph.ints(to)], { ...T(type), Tshape: { type: 'int32' } })
}

export function transpose(
  graph: GraphBuilder,
  x: string,
  type: ValueType,
  perm: readonly number[],
): string {
  return graph.op('Transpose', [x, graph.ints(perm)], { ...T(type), Tperm: { type: 'int32' } })
}
