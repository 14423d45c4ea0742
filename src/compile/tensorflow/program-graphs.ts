import type { Program } from '../program.js'
import type { Tape } from '../trace/tape.js'
import { trace } from '../trace/trace.js'
import { emitTensorflow } from './emit.js'
import type { TfProgram } from './emit.js'
import type { Tensorflow } from './session.js'
import type { OpenGraph, VariablePlacement } from './variable-placement.js'

/** A program, and from its first run on the graph that it is in. */
export interface GraphProgram {
  readonly program: Program
  readonly tape: Tape
}

interface OpenProgram {
  readonly graph: OpenGraph
  readonly emitted: TfProgram
}

/**
 * The graphs of an engine's programs. A program waits until its first run opens a graph: of all
 * programs, or of those that were added with it and wait too. A graph is closed when no program is
 * in it.
 */
export class ProgramGraphs {
  readonly #tensorflow: Tensorflow
  readonly #placement: VariablePlacement
  readonly #oneGraph: boolean
  /** Each program, with those that were added in the same call. */
  readonly #batches = new Map<GraphProgram, readonly GraphProgram[]>()
  readonly #open = new Map<GraphProgram, OpenProgram>()

  constructor(tensorflow: Tensorflow, placement: VariablePlacement, oneGraph: boolean) {
    this.#tensorflow = tensorflow
    this.#placement = placement
    this.#oneGraph = oneGraph
  }

  add(programs: readonly Program[]): readonly GraphProgram[] {
    const batch = programs.map(program => ({ program, tape: trace(program) }))
    for (const member of batch) this.#batches.set(member, batch)
    return batch
  }

  /** @returns the graph of a program that was added, and the program's nodes in it */
  open(member: GraphProgram): OpenProgram {
    const existing = this.#open.get(member)
    if (existing) return existing
    const members = this.#oneGraph
      ? [...this.#batches.keys()]
      : this.#batches.get(member)!.filter(other => this.#isWaiting(other))
    const previousGraphs = new Set(members.flatMap(other => this.#open.get(other)?.graph ?? []))
    const { bytes, programs } = emitTensorflow(members.map(({ tape }) => tape))
    const graph: OpenGraph = { session: this.#tensorflow.open(bytes), tensors: new Map() }
    members.forEach((other, i) => this.#open.set(other, { graph, emitted: programs[i]! }))
    for (const previous of previousGraphs) this.#closeIfUnused(previous)
    return this.#open.get(member)!
  }

  remove(member: GraphProgram): void {
    const graph = this.#open.get(member)?.graph
    this.#batches.delete(member)
    this.#open.delete(member)
    if (graph) this.#closeIfUnused(graph)
  }

  #isWaiting(member: GraphProgram): boolean {
    return this.#batches.has(member) && !this.#open.has(member)
  }

  #closeIfUnused(graph: OpenGraph): void {
    if ([...this.#open.values()].some(open => open.graph === graph)) return
    this.#placement.moveOut(graph)
    this.#tensorflow.close(graph.session)
  }
}
