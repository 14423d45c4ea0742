import { elementCount } from '../../util/element-count.js'
import type { HostTensor, Named } from '../program.js'
import type { Tape, TapeNode, Value } from '../trace/tape.js'

/**
 * States of one shape of which the same places are written over, as those of caches are, and all
 * else stays.
 */
export interface Scatter {
  /** Of each state. */
  readonly shape: readonly number[]
  /** Name of the output that the graph has for the places: index tuples [n, depth]. */
  readonly indices: string
  /** State, and the name of the output for what belongs there. */
  readonly writes: readonly (readonly [state: string, updates: string])[]
}

/**
 * Takes out of a program's graph what writes over places of its state: a graph would have to give
 * the whole state back, where the host, which holds it, writes a few rows.
 *
 * @returns the tape without it; `sources` are outputs that it has for it
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
  const sourceOf = (value: Value): string => {
    if (!names.has(value)) names.set(value, `scatter source ${names.size}`)
    return names.get(value)!
  }
  const scatters = new Map<string, Scatter & { writes: (readonly [string, string])[] }>()
  const left = Object.entries(tape.replaced).filter(([name, value]) => {
    const node = producers.get(value)
    const [x, indices, updates] = node?.inputs ?? []
    if (node?.kernel !== 'TensorScatterUpdate' || x?.kind !== 'state' || x.name !== name)
      return true
    const key = `${sourceOf(indices!)} of ${value.shape.join()}`
    const alike = scatters.get(key) ?? {
      shape: value.shape,
      indices: sourceOf(indices!),
      writes: [],
    }
    alike.writes.push([name, sourceOf(updates!)])
    scatters.set(key, alike)
    return false
  })
  const sources = Object.fromEntries([...names].map(([value, name]) => [name, value]))
  return {
    graph: {
      ...tape,
      outputs: { ...tape.outputs, ...sources },
      replaced: Object.fromEntries(left),
    },
    scatters: [...scatters.values()],
    sources,
  }
}

/**
 * @param dataOf  a state's, written in place
 * @param outputs by name; indices are within the shape, as tfjs demands: not checked
 */
export function applyScatter(
  { shape, indices, writes }: Scatter,
  dataOf: (state: string) => HostTensor['data'],
  outputs: (name: string) => HostTensor,
): void {
  const { data, shape: tuples } = outputs(indices)
  const depth = tuples.at(-1)!
  const size = elementCount(shape.slice(depth))
  const begins = Int32Array.from({ length: data.length / depth }, (_, i) => {
    let place = 0
    for (let axis = 0; axis < depth; axis++) place = place * shape[axis]! + data[i * depth + axis]!
    return place * size
  })
  for (const [state, updates] of writes)
    copyRows(outputs(updates).data, dataOf(state), begins, size)
}

function copyRows(
  from: HostTensor['data'],
  to: HostTensor['data'],
  begins: Int32Array,
  size: number,
): void {
  for (let i = 0; i < begins.length; i++) {
    const begin = begins[i]!
    for (let j = 0; j < size; j++) to[begin + j] = from[i * size + j]!
  }
}
