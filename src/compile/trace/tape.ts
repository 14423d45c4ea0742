import type { Named } from '../program.js'

/** What a traced value holds. `bool` exists only inside a program: comparisons and masks. */
export type ValueType = 'float32' | 'int32' | 'bool'

/** A tensor of a program. Its identity is the object itself. */
export type Value = Fed | Constant | Computed

/** Comes from outside with each run. */
export interface Fed {
  readonly kind: 'state' | 'input'
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: ValueType
}

/** Its value is available during tracing. */
export interface Constant {
  readonly kind: 'constant'
  readonly shape: readonly number[]
  readonly dtype: ValueType
  /** A number when all elements are the same: gradients of sums and means are full of those. */
  readonly data: number | Float32Array | Int32Array | Uint8Array
}

/** Computed by a kernel. */
export interface Computed {
  readonly kind: 'computed'
  readonly shape: readonly number[]
  readonly dtype: ValueType
}

/** Normalized kernel attributes: axes are counted from the front, sizes are explicit. */
export type Attributes = Readonly<Record<string, unknown>>

/** One kernel call. */
export interface TapeNode {
  readonly kernel: string
  readonly inputs: readonly Value[]
  readonly attributes: Attributes
  readonly outputs: readonly Computed[]
}

/** A recorded program. Nodes are in an order in which they can run; some may be unused. */
export interface Tape {
  readonly name: string
  readonly nodes: readonly TapeNode[]
  /** Returned to the host after each run. */
  readonly outputs: Named<Value>
  /** New values of state, without state that keeps its value. */
  readonly replaced: Named<Value>
}

/** @returns the nodes that an output or a replaced state depends on, in order */
export function liveNodes(tape: Tape): TapeNode[] {
  const needed = new Set<Value>([...Object.values(tape.outputs), ...Object.values(tape.replaced)])
  const live: TapeNode[] = []
  for (const node of tape.nodes.toReversed()) {
    if (!node.outputs.some(output => needed.has(output))) continue
    live.push(node)
    for (const input of node.inputs) needed.add(input)
  }
  return live.reverse()
}
