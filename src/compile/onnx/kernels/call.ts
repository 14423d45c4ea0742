import {
  attributesOf,
  emitWith,
  names,
  type EmitterOf,
  type EmittersOf,
  type KernelCall,
} from '../../trace/emitters.js'
import type { TapeNode, Value } from '../../trace/tape.js'
import type { GraphBuilder } from '../builder.js'
import { elementType } from '../model.js'
import type { OnnxType } from '../model.js'

/** One kernel call and where it is to be written. */
export interface Call extends KernelCall<GraphBuilder> {
  /** The call that made a value. */
  maker(value: Value): TapeNode | undefined
  /** How often a value is read, by the host too. */
  uses(value: Value): number
}

export type Emitter = EmitterOf<Call>
export type Emitters = EmittersOf<Call>
export const emit: (
  kernels: string,
  emitter: (call: Call, kernel: string) => ReturnType<Emitter>,
) => Emitters = emitWith
export { attributesOf, names }

export function cast(graph: GraphBuilder, x: string, from: OnnxType, to: OnnxType): string {
  return from === to ? x : graph.op('Cast', [x], { to: elementType(to) })
}

/** The first input in float32: ONNX's functions take no integers. */
export function floatInput({ graph, inputs: [x], name }: Call): string {
  return cast(graph, name(x!), x!.dtype, 'float32')
}

export function reshaped(
  graph: GraphBuilder,
  x: string,
  from: readonly number[],
  to: readonly number[],
): string {
  return from.length === to.length && from.every((length, axis) => length === to[axis])
    ? x
    : graph.op('Reshape', [x, graph.ints(to)])
}

export function filled(
  graph: GraphBuilder,
  type: OnnxType,
  shape: readonly number[],
  value: number,
): string {
  return graph.op('Expand', [graph.scalar(type, value), graph.ints(shape)])
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
