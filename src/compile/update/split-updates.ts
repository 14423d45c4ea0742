import { elementCount } from '../../util/element-count.js'
import type { Named } from '../program.js'
import type { Tape, TapeNode, Value } from '../trace/tape.js'
import { simdKernels } from './simd-kernels.js'

/** A tensor that an update reads: state, an input, or an output of the graph, by name. */
export interface Source {
  readonly from: 'state' | 'input' | 'graph'
  readonly name: string
}

/** State that is replaced element by element, in one pass and in place. */
export interface Update {
  /** Elements of each of its tensors. */
  readonly length: number
  /** Tensors of `length` elements. */
  readonly vectors: readonly (readonly [Value, Source])[]
  /** Tensors of one element, read before any update writes. */
  readonly scalars: readonly (readonly [Value, Source])[]
  /** In an order in which they can be computed. */
  readonly nodes: readonly TapeNode[]
  /** New values by the name of their state. */
  readonly writes: readonly (readonly [string, Value])[]
}

export interface Split {
  /** The tape without the updates, with their sources as additional outputs. */
  readonly graph: Tape
  readonly updates: readonly Update[]
  /** Names of those outputs. */
  readonly sources: Named<Value>
}

/**
 * Moves the elementwise end of a program out of its graph: an optimizer's arithmetic, which a graph
 * runs as a dozen passes over every weight and into a second set of buffers.
 *
 * A new value of state is moved if it is elementwise in the old value of some state of its shape,
 * in scalars, and in at most one tensor that the graph computes; so is a constant. All else stays
 * in the graph.
 */
export function splitUpdates(tape: Tape): Split {
  const producers = new Map<Value, TapeNode>(
    tape.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)),
  )
  const reach = reachFinder(producers)
  const moved = Object.entries(tape.replaced).filter(([, value]) => {
    const { states, others } = reach(value, value.shape)
    return (
      value.dtype === 'float32' &&
      elementCount(value.shape) > 1 &&
      !others.has(value) &&
      (states.size > 0 || value.kind === 'constant')
    )
  })
  if (moved.length === 0) return { graph: tape, updates: [], sources: {} }

  const names = new Map<Value, string>()
  const findSource = (value: Value): Source => {
    if (value.kind === 'state' || value.kind === 'input')
      return { from: value.kind, name: value.name }
    if (!names.has(value)) names.set(value, `update source ${names.size}`)
    return { from: 'graph', name: names.get(value)! }
  }
  const updates = groupByState(moved, value => [...reach(value, value.shape).states]).map(writes =>
    createUpdate(writes, producers, reach, findSource),
  )
  const sources = Object.fromEntries([...names].map(([value, name]) => [name, value]))
  const remaining = Object.entries(tape.replaced).filter(
    ([name]) => !moved.some(([other]) => other === name),
  )
  return {
    graph: {
      ...tape,
      outputs: { ...tape.outputs, ...sources },
      replaced: Object.fromEntries(remaining),
    },
    updates,
    sources,
  }
}

/** The tensors of its own shape that a value is an elementwise function of. */
interface Reach {
  readonly states: ReadonlySet<string>
  /**
   * Not state: inputs, constants, and what the graph computes. The value itself when it isn't
   * elementwise.
   */
  readonly others: ReadonlySet<Value>
}

type FindReach = (value: Value, shape: readonly number[]) => Reach

function reachFinder(producers: ReadonlyMap<Value, TapeNode>): FindReach {
  const cache = new Map<Value, Reach>()
  const reach: FindReach = (value, shape) => {
    if (isScalar(value)) return { states: new Set(), others: new Set() }
    const result = cache.get(value) ?? find(value, shape)
    cache.set(value, result)
    return result
  }
  const find: FindReach = (value, shape) => {
    if (value.kind === 'state' && value.dtype === 'float32')
      return { states: new Set([value.name]), others: new Set() }
    if (value.kind === 'constant' && typeof value.data === 'number')
      return { states: new Set(), others: new Set() }
    const itself = { states: new Set<string>(), others: new Set([value]) }
    const node = producers.get(value)
    if (!node || !simdKernels.has(node.kernel) || !node.inputs.every(input => fits(input, shape)))
      return itself
    const reaches = node.inputs.map(input => reach(input, shape))
    const others = new Set(reaches.flatMap(({ others }) => [...others]))
    // A mask has no float32 source, and a second computed tensor would be one more copy.
    if (others.size > 1 || [...others].some(other => other.dtype !== 'float32')) return itself
    return { states: new Set(reaches.flatMap(({ states }) => [...states])), others }
  }
  return reach
}

function fits(value: Value, shape: readonly number[]): boolean {
  if (isScalar(value)) return value.dtype === 'float32'
  return value.dtype !== 'int32' && value.shape.join() === shape.join()
}

function isScalar({ shape }: Value): boolean {
  return elementCount(shape) === 1
}

/** Values that read the same state are one update: each reads the state before any is written. */
function groupByState(
  moved: readonly (readonly [string, Value])[],
  statesRead: (value: Value) => readonly string[],
): (readonly [string, Value])[][] {
  let groups: { states: Set<string>; writes: (readonly [string, Value])[] }[] = []
  for (const write of moved) {
    const states = new Set([write[0], ...statesRead(write[1])])
    const overlapping = groups.filter(group => [...group.states].some(name => states.has(name)))
    groups = groups.filter(group => !overlapping.includes(group))
    groups.push({
      states: new Set([...states, ...overlapping.flatMap(group => [...group.states])]),
      writes: [...overlapping.flatMap(group => group.writes), write],
    })
  }
  return groups.map(({ writes }) => writes)
}

function createUpdate(
  writes: readonly (readonly [string, Value])[],
  producers: ReadonlyMap<Value, TapeNode>,
  reach: FindReach,
  findSource: (value: Value) => Source,
): Update {
  const { shape } = writes[0]![1]
  const vectors = new Map<Value, Source>()
  const scalars = new Map<Value, Source>()
  const nodes = new Set<TapeNode>()
  const visit = (value: Value): void => {
    if (value.kind === 'constant' && typeof value.data === 'number') return
    if (isScalar(value)) return void scalars.set(value, findSource(value))
    if (value.kind !== 'computed' || reach(value, shape).others.has(value))
      return void vectors.set(value, findSource(value))
    const node = producers.get(value)!
    if (nodes.has(node)) return
    node.inputs.forEach(visit)
    nodes.add(node)
  }
  for (const [, value] of writes) visit(value)
  return {
    length: elementCount(shape),
    vectors: [...vectors],
    scalars: [...scalars],
    nodes: [...nodes],
    writes,
  }
}
