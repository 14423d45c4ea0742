import type { TapeNode, Value } from './tape.js'

/** One kernel call and where it is to be written. */
export interface KernelCall<Graph> extends TapeNode {
  readonly graph: Graph
  /** The name of a value in the graph. */
  name(value: Value): string
}

/** Writes a kernel as nodes of a graph. @returns the names of its outputs */
export type EmitterOf<Call> = (call: Call) => string | readonly string[]

export type EmittersOf<Call> = readonly (readonly [kernel: string, EmitterOf<Call>])[]

/** The attributes that the kernel's shape rule left on the tape. */
export function attributesOf<T extends object>(call: TapeNode): T {
  return call.attributes as T
}

/** One emitter for some kernels, by their names. */
export function emitWith<Call>(
  kernels: string,
  emitter: (call: Call, kernel: string) => string | readonly string[],
): EmittersOf<Call> {
  return kernels.split(' ').map(kernel => [kernel, call => emitter(call, kernel)])
}

/** @returns the names of a call's inputs */
export function names({ inputs, name }: KernelCall<unknown>): string[] {
  return inputs.map(name)
}
