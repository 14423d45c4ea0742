import { callAttributes, emitWith, names, operands, sameShape } from '../../trace/emitter.js'
import type { EmitterTable, KernelCall, KernelEmitter } from '../../trace/emitter.js'
import type { TapeNode, Value } from '../../trace/tape.js'
import type { GraphBuilder } from '../builder.js'
import { dataType } from '../model.js'
import type { OnnxType } from '../model.js'

/** One kernel call and the graph that it is written into. */
export interface Call extends KernelCall<GraphBuilder> {
  /** @returns the call that computes a value */
  producer(value: Value): TapeNode | undefined
  /** @returns how often a value is read, by the host too */
  uses(value: Value): number
}

export type Emitter = KernelEmitter<Call>
export type Emitters = EmitterTable<Call>
export const emit: (
  kernels: string,
  emitter: (call: Call, kernel: string) => ReturnType<Emitter>,
) => Emitters = emitWith
export { callAttributes, names, operands }

export function cast(graph: GraphBuilder, x: string, from: OnnxType, to: OnnxType): string {
  return from === to ? x : graph.op('Cast', [x], { to: dataType(to) })
}

/** The first input in float32: ONNX's functions take no integers. */
export function floatInput({ graph, inputs: [x], name }: Call): string {
  return cast(graph, name(x!), x!.dtype, 'float32')
}

export function reshape(
  graph: GraphBuilder,
  x: string,
  from: readonly number[],
  to: readonly number[],
): string {
  return sameShape(from, to) ? x : graph.op('Reshape', [x, graph.ints(to)])
}

export function fill(
  graph: GraphBuilder,
  type: OnnxType,
  shape: readonly number[],
  value: number,
): string {
  return graph.op('Expand', [graph.scalar(type, value), graph.ints(shape)])
}
