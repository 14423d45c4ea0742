import type { HostTensor, TensorSpec } from '../program.js'
import type { TfVariable } from './emit.js'
import type { Handle, Session, Tensorflow } from './session.js'

/** Where the value of a state tensor is: with the host, or in a variable of one graph. */
type Location =
  | { readonly kind: 'host'; readonly handle: Handle }
  | { readonly kind: 'variable'; readonly graph: OpenGraph; readonly variable: TfVariable }
  | { readonly kind: 'disposed' }

/** One named tensor of a state. */
export interface StateTensor {
  readonly spec: TensorSpec
  location: Location
}

/** A graph in a session, and the state tensors that are in its variables, by variable name. */
export interface OpenGraph {
  readonly session: Session
  readonly tensors: Map<string, StateTensor>
}

interface PlacedTensor {
  readonly tensor: StateTensor
  readonly variable: TfVariable
}

/** Moves the values of state tensors between the host and the variables of graphs. */
export class VariablePlacement {
  readonly #tensorflow: Tensorflow

  constructor(tensorflow: Tensorflow) {
    this.#tensorflow = tensorflow
  }

  create(value: HostTensor): StateTensor {
    return {
      spec: { shape: [...value.shape], dtype: value.dtype },
      location: { kind: 'host', handle: this.#tensorflow.copy(value) },
    }
  }

  /** Moves tensors into variables of a graph, and other values of those variables to the host. */
  moveInto(graph: OpenGraph, placements: readonly (readonly [StateTensor, TfVariable])[]): void {
    const arriving = placements.filter(
      ([tensor, variable]) => graph.tensors.get(variable.name) !== tensor,
    )
    if (arriving.length === 0) return
    const leaving = arriving.flatMap(([, variable]) => graph.tensors.get(variable.name) ?? [])
    this.#moveToHost([...new Set([...leaving, ...arriving.map(([tensor]) => tensor)])])
    this.#assign(graph, arriving)
  }

  /** Moves all values out of a graph. */
  moveOut(graph: OpenGraph): void {
    this.#moveToHost([...graph.tensors.values()])
  }

  /** @returns copies */
  read(tensors: readonly StateTensor[]): HostTensor['data'][] {
    const values = new Map<StateTensor, HostTensor['data']>()
    for (const tensor of tensors)
      if (tensor.location.kind === 'host')
        values.set(tensor, this.#tensorflow.read(tensor.location.handle))
    for (const [graph, placed] of groupByGraph(tensors)) {
      const handles = this.#tensorflow.run(
        graph.session,
        new Map(),
        placed.map(({ variable }) => variable.get),
      )
      placed.forEach(({ tensor }, i) => values.set(tensor, this.#tensorflow.read(handles[i]!)))
      for (const handle of handles) this.#tensorflow.release(handle)
    }
    return tensors.map(tensor => values.get(tensor)!)
  }

  write(values: readonly (readonly [StateTensor, HostTensor])[]): void {
    this.dispose(values.map(([tensor]) => tensor))
    for (const [tensor, value] of values)
      tensor.location = { kind: 'host', handle: this.#tensorflow.copy(value) }
  }

  dispose(tensors: readonly StateTensor[]): void {
    this.#moveToHost(tensors)
    for (const tensor of tensors) {
      if (tensor.location.kind === 'host') this.#tensorflow.release(tensor.location.handle)
      tensor.location = { kind: 'disposed' }
    }
  }

  /** Takes values out of the variables that they are in, with one run for each graph. */
  #moveToHost(tensors: readonly StateTensor[]): void {
    for (const [graph, placed] of groupByGraph(tensors)) {
      const handles = this.#tensorflow.run(graph.session, new Map(), [
        ...placed.map(({ variable }) => variable.take[0]),
        ...placed.map(({ variable }) => variable.take[1]),
      ])
      placed.forEach(({ tensor, variable }, i) => {
        graph.tensors.delete(variable.name)
        tensor.location = { kind: 'host', handle: handles[i]! }
      })
      for (const signal of handles.slice(placed.length)) this.#tensorflow.release(signal)
    }
  }

  /** Assigns values of the host to variables, in one run. */
  #assign(graph: OpenGraph, placements: readonly (readonly [StateTensor, TfVariable])[]): void {
    const feeds = new Map(
      placements.map(([{ location }, { put }]) => {
        if (location.kind !== 'host') throw new Error(`a value of state is ${location.kind}`)
        return [put.feed, location.handle]
      }),
    )
    const signals = this.#tensorflow.run(
      graph.session,
      feeds,
      placements.map(([, { put }]) => put.done),
    )
    for (const handle of [...feeds.values(), ...signals]) this.#tensorflow.release(handle)
    for (const [tensor, variable] of placements) {
      tensor.location = { kind: 'variable', graph, variable }
      graph.tensors.set(variable.name, tensor)
    }
  }
}

/** The tensors that are in variables, by their graph. */
function groupByGraph(tensors: readonly StateTensor[]): Map<OpenGraph, PlacedTensor[]> {
  const groups = new Map<OpenGraph, PlacedTensor[]>()
  for (const tensor of tensors) {
    if (tensor.location.kind !== 'variable') continue
    const { graph, variable } = tensor.location
    const group = groups.get(graph) ?? []
    groups.set(graph, group)
    group.push({ tensor, variable })
  }
  return groups
}
