import { sizeOf } from '../trace/tape.js'
import type { HostTensor, Named } from '../program.js'
import type { Tape, TapeNode, Value } from '../trace/tape.js'

/** State of which some places are written over, as those of a cache are, and all else stays. */
export interface Scatter {
  readonly state: string
  /** Of the state. */
  readonly shape: readonly number[]
  /** Names of the outputs that the graph has for them: index tuples [n, depth], and what belongs there. */
  readonly indices: string
  readonly updates: string
}

/**
 * Takes out of a program's graph what writes over places of its state: a graph would have to give the whole state back, where the
 * host, which holds it, writes a few rows.
 *
 * @returns the tape without it; `sources` are outputs that it has for it
 */
export function splitScatters(tape: Tape): { readonly graph: Tape; readonly scatters: readonly Scatter[]; readonly sources: Named<Value> } {
  const producers = new Map<Value, TapeNode>(tape.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)))
  const names = new Map<Value, string>()
  const sourceOf = (value: Value): string => {
    if (!names.has(value)) names.set(value, `scatter source ${names.size}`)
    return names.get(value)!
  }
  const scatters: Scatter[] = []
  const left = Object.entries(tape.replaced).filter(([name, value]) => {
    const node = producers.get(value)
    const [x, indices, updates] = node?.inputs ?? []
    if (node?.kernel !== 'TensorScatterUpdate' || x?.kind !== 'state' || x.name !== name) return true
    scatters.push({ state: name, shape: value.shape, indices: sourceOf(indices!), updates: sourceOf(updates!) })
    return false
  })
  const sources = Object.fromEntries([...names].map(([value, name]) => [name, value]))
  return { graph: { ...tape, outputs: { ...tape.outputs, ...sources }, replaced: Object.fromEntries(left) }, scatters, sources }
}

/** @param data of the state, written in place @param indices within the shape, as tfjs demands: not checked */
export function applyScatter({ shape }: Scatter, data: HostTensor['data'], indices: HostTensor, updates: HostTensor['data']): void {
  const depth = indices.shape.at(-1)!
  const size = sizeOf(shape.slice(depth))
  for (let i = 0; i < indices.data.length / depth; i++) {
    let place = 0
    for (let axis = 0; axis < depth; axis++) place = place * shape[axis]! + indices.data[i * depth + axis]!
    for (let j = 0; j < size; j++) data[place * size + j] = updates[i * size + j]!
  }
}
