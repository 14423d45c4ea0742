import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { elementCount } from '../../util/element-count.js'
import type { OnnxProgram } from '../onnx/emit.js'
import { contribKernels } from '../onnx/kernels/contrib.js'
import type { HostTensor, Named, Program } from '../program.js'
import type { Value } from '../trace/tape.js'
import { mapNamed, trace } from '../trace/trace.js'
import { applyScatter, splitScatters } from '../update/split-scatters.js'
import type { Scatter } from '../update/split-scatters.js'
import { splitUpdates } from '../update/split-updates.js'
import type { Source } from '../update/split-updates.js'
import type { UpdateCompiler, UpdateRunner } from '../update/update-runner.js'
import { checkHostTensor } from './host-tensors.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import type { ScratchTensors } from './onnxruntime-scratch.js'
import { ProgramSessions } from './onnxruntime-sessions.js'
import { BufferLookup } from './onnxruntime-state.js'
import type { OrtState, StateBuffer } from './onnxruntime-state.js'
import { tensorData, toHost, toOrt } from './onnxruntime-tensors.js'
import type { ShardWorkers } from './onnxruntime-workers.js'
import type { Execution } from './serial-runnable.js'
import { threadCount } from './thread-count.js'

/** What the programs of an engine share; they run one at a time. */
export interface EngineResources {
  readonly ort: Onnxruntime
  readonly threads: number
  readonly scratch: ScratchTensors
  readonly updateCompiler: UpdateCompiler
  /** Of all programs that are loaded. */
  readonly sessions: Set<ProgramSessions>
  readonly workers: ShardWorkers
}

type Buffers = ReadonlyMap<string, StateBuffer>

/** A program as one graph, followed by its updates and scatters of state in place. */
export class ProgramExecution implements Execution<OrtState> {
  readonly #program: Program
  readonly #resources: EngineResources
  readonly #sessions: ProgramSessions
  readonly #updates: readonly UpdateRunner[]
  readonly #scatters: readonly Scatter[]
  /** State that updates and scatters write in place. */
  readonly #stateInPlace: readonly string[]
  readonly #inputNames: ReadonlySet<string>
  /** Outputs of the graph that are only for updates and scatters. */
  readonly #internalOutputs: ReadonlySet<string>
  /** Of those, the ones that the graph writes into scratch tensors. */
  readonly #scratchOutputs: readonly (readonly [string, Value])[]
  readonly #buffers: BufferLookup

  constructor(program: Program, resources: EngineResources) {
    const { graph: withScatters, updates, sources } = splitUpdates(trace(program, contribKernels))
    const { graph, scatters, sources: scatterSources } = splitScatters(withScatters)
    const threads = threadCount(graph, resources.threads)
    this.#program = program
    this.#resources = resources
    this.#sessions = new ProgramSessions(resources.ort, threads, graph, program.frozen ?? [])
    resources.sessions.add(this.#sessions)
    this.#updates = updates.map(update => resources.updateCompiler.runner(update))
    this.#scatters = scatters
    this.#stateInPlace = [...updates, ...scatters].flatMap(({ writes }) =>
      writes.map(([name]) => name),
    )
    this.#internalOutputs = new Set([...Object.keys(sources), ...Object.keys(scatterSources)])
    this.#scratchOutputs = Object.entries(sources).filter(
      ([, { shape }]) => elementCount(shape) > 1,
    )

    const updateSources = updates.flatMap(({ vectors, scalars }) =>
      [...vectors, ...scalars].map(([, source]) => source),
    )
    const sourceNames = (from: Source['from']): string[] =>
      updateSources.flatMap(source => (source.from === from ? [source.name] : []))
    const { feeds, fetches } = this.#sessions
    this.#inputNames = new Set([...namesOfKind('input', feeds), ...sourceNames('input')])
    this.#buffers = new BufferLookup(
      program,
      new Set([
        ...namesOfKind('state', feeds),
        ...namesOfKind('state', fetches),
        ...sourceNames('state'),
        ...this.#stateInPlace,
      ]),
    )
  }

  async run(states: readonly OrtState[], inputs: Named<HostTensor>): Promise<Named<HostTensor>> {
    const buffers = this.#buffers.find(states)
    const checkedInputs = this.#checkInputs(inputs)
    const scratch = this.#resources.scratch.get(this.#scratchOutputs)
    const results = await this.#runGraph(buffers, checkedInputs, scratch)
    const sourceData = ({ from, name }: Source): HostTensor['data'] => {
      if (from === 'graph') return tensorData(scratch.get(name) ?? results[`output/${name}`]!)
      return from === 'state' ? buffers.get(name)!.data : checkedInputs.get(name)!.data
    }
    this.#runUpdates(sourceData)
    for (const scatter of this.#scatters)
      applyScatter(
        scatter,
        name => buffers.get(name)!.data,
        name => toHost(results[`output/${name}`]!),
      )
    for (const name of this.#stateInPlace) buffers.get(name)!.markWritten()
    return this.#collectOutputs(buffers, results)
  }

  async dispose(): Promise<void> {
    this.#resources.sessions.delete(this.#sessions)
    await this.#sessions.dispose()
  }

  #checkInputs(inputs: Named<HostTensor>): ReadonlyMap<string, HostTensor> {
    const { name: program, inputs: specs } = this.#program
    return new Map(
      [...this.#inputNames].map(name => [
        name,
        checkHostTensor(`${program}: input ${name}`, inputs[name], specs[name]!),
      ]),
    )
  }

  async #runGraph(
    buffers: Buffers,
    inputs: ReadonlyMap<string, HostTensor>,
    scratch: ReadonlyMap<string, OrtTensor>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    if (Object.keys(this.#sessions.fetches).length === 0) return {}
    const { session, feeds, fetches } = await this.#sessions.open(buffers)
    const fedTensors = mapNamed(feeds, ({ kind, name }) => {
      if (kind === 'state') return buffers.get(name)!.current
      const input = inputs.get(name)!
      return toOrt(this.#resources.ort, input, input.data)
    })
    // An output with a tensor is written into it; null: onnxruntime allocates it.
    const outputTensors = mapNamed(fetches, ({ kind, name }) =>
      kind === 'state' ? buffers.get(name)!.next : (scratch.get(name) ?? null),
    )
    return session.run(fedTensors, outputTensors)
  }

  /** All scalars are read before any update writes. */
  #runUpdates(sourceData: (source: Source) => HostTensor['data']): void {
    const scalars = this.#updates.map(update =>
      update.scalars.map(source => sourceData(source)[0]!),
    )
    this.#updates.forEach((update, i) =>
      update.run(scalars[i]!, sourceData as (source: Source) => Float32Array),
    )
  }

  #collectOutputs(
    buffers: Buffers,
    results: InferenceSession.OnnxValueMapType,
  ): Record<string, HostTensor> {
    const outputs: Record<string, HostTensor> = {}
    for (const [key, { kind, name }] of Object.entries(this.#sessions.fetches)) {
      if (kind === 'state') buffers.get(name)!.swap()
      else if (!this.#internalOutputs.has(name)) outputs[name] = toHost(results[key]!)
    }
    return outputs
  }
}

/** @returns the names of the state, or of the inputs, among a graph's feeds or fetches */
export function namesOfKind(
  kind: 'state' | 'input',
  edges: OnnxProgram['feeds'] | OnnxProgram['fetches'],
): string[] {
  return Object.values(edges).flatMap(edge => (edge.kind === kind ? [edge.name] : []))
}
