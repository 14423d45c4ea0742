import { elementCount } from '../../util/element-count.js'
import type { HostTensor, Named } from '../program.js'
import type { Tape, TapeNode, Value } from '../trace/tape.js'

/** States of one shape in which the same elements are overwritten, such as caches. */
export interface Scatter {
  /** Shape of each state. */
  readonly shape: readonly number[]
  /** Name of the graph output with the index tuples, n x depth. */
  readonly indices: string
  /** State, and the name of the graph output with its new elements. */
  readonly writes: readonly (readonly [state: string, updates: string])[]
}

/**
 * Moves overwrites of a few elements of state out of a program's graph: the graph would have to
 * return the whole state, where the host, which holds it, writes a few rows.
 *
 * @returns the tape without them; `sources` are outputs added to it for them
 */
export function splitScatters(tape: Tape): {
  readonly graph: Tape
  readonly scatters: readonly Scatter[]
  readonly sources: Named<Value>
} {
  const producers = new Map<Value, TapeNode>(
    tape.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)),
  )
  const names = new Map<Value, string>()
  const sourceName = (value: Value): string => {
    if (!names.has(value)) names.set(value, `scatter source ${names.size}`)
    return names.get(value)!
  }
  const scatters = new Map<string, Scatter & { writes: (readonly [string, string])[] }>()
  const remaining = Object.entries(tape.replaced).filter(([name, value]) => {
    const node = producers.get(value)
    const [x, indices, updates] = node?.inputs ?? []
    if (node?.kernel !== 'TensorScatterUpdate' || x?.kind !== 'state' || x.name !== name)
      return true
    const key = `${sourceName(indices!)} of ${value.shape.join()}`
    const scatter = scatters.get(key) ?? {
      shape: value.shape,
      indices: sourceName(indices!),
      writes: [],
    }
    scatter.writes.push([name, sourceName(updates!)])
    scatters.set(key, scatter)
    return false
  })
  const sources = Object.fromEntries([...names].map(([value, name]) => [name, value]))
  return {
    graph: {
      ...tape,
      outputs: { ...tape.outputs, ...sources },
      replaced: Object.fromEntries(remaining),
    },
    scatters: [...scatters.values()],
    sources,
  }
}

/**
 * @param stateData returns the data of a state, which is written in place
 * @param outputs by name. Indices are within the shape, as tfjs demands: not checked
 */
export function applyScatter(
  { shape, indices, writes }: Scatter,
  stateData: (state: string) => HostTensor['data'],
  outputs: (name: string) => HostTensor,
): void {
  const { data, shape: tuples } = outputs(indices)
  const depth = tuples.at(-1)!
  const size = elementCount(shape.slice(depth))
  const offsets = Int32Array.from({ length: data.length / depth }, (_, i) => {
    let index = 0
    for (let axis = 0; axis < depth; axis++) index = index * shape[axis]! + data[i * depth + axis]!
    return index * size
  })
  for (const [state, updates] of writes)
    copyRows(outputs(updates).data, stateData(state), offsets, size)
}

function copyRows(
  from: HostTensor['data'],
  to: HostTensor['data'],
  offsets: Int32Array,
  size: number,
): void {
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i]!
    for (let j = 0; j < size; j++) to[offset + j] = from[i * size + j]!
  }
}
