import type { TapeNode, Value, ValueType } from './tape.js'

/** One kernel call and the graph that it is written into. */
export interface KernelCall<Graph> extends TapeNode {
  readonly graph: Graph
  /** @returns the name of a value in the graph */
  name(value: Value): string
}

/** Writes a kernel call as nodes of a graph. @returns the names of its outputs */
export type KernelEmitter<Call> = (call: Call) => string | readonly string[]

export type EmitterTable<Call> = readonly (readonly [kernel: string, KernelEmitter<Call>])[]

/** @returns the attributes that the kernel's shape rule put on the tape */
export function callAttributes<T extends object>(call: TapeNode): T {
  return call.attributes as T
}

/** One emitter for several kernels. @param kernels names, separated by spaces */
export function emitWith<Call>(
  kernels: string,
  emitter: (call: Call, kernel: string) => string | readonly string[],
): EmitterTable<Call> {
  return kernels.split(' ').map(kernel => [kernel, call => emitter(call, kernel)])
}

/** @returns the names of a call's inputs */
export function names({ inputs, name }: KernelCall<unknown>): string[] {
  return inputs.map(name)
}

/**
 * @returns the names of the two operands of an elementwise kernel. A constant of equal elements is
 *   written as a scalar when the other operand has the result's shape already: tfjs's gradients of
 *   sums multiply by tensors full of ones
 */
export function operands<Graph extends { scalar(type: ValueType, value: number): string }>({
  graph,
  inputs,
  outputs: [output],
  name,
}: KernelCall<Graph>): [string, string] {
  const [a, b] = inputs.map((x, i) =>
    x.kind === 'constant' &&
    typeof x.data === 'number' &&
    sameShape(inputs[1 - i]!.shape, output!.shape)
      ? graph.scalar(x.dtype, x.data)
      : name(x),
  )
  return [a!, b!]
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}
