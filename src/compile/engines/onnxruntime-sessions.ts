import type { InferenceSession } from 'onnxruntime-node'
import { elementCount } from '../../util/element-count.js'
import { emitOnnx } from '../onnx/emit.js'
import type { OnnxProgram } from '../onnx/emit.js'
import type { Tape } from '../trace/tape.js'
import type { StateBuffer } from './onnxruntime-state.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { UnchangedRuns } from './unchanged-runs.js'

/**
 * Runs on unchanged frozen state after which it is built in: onnxruntime then arranges it once for
 * its products, and has fewer inputs.
 */
const RUNS_BEFORE_BUILD_IN = 32
/** Bytes of state that are built in at most: it is a second copy. */
const MAX_BUILT_IN_BYTES = 2 ** 29

/** A session, and the names of its inputs and outputs. */
interface OpenSession extends Pick<OnnxProgram, 'feeds' | 'fetches'> {
  readonly session: InferenceSession
}

/**
 * The sessions of one program: one that is fed all of its state, opened by the first run, and one
 * that has the frozen state built in, opened when that has not changed for a while.
 */
export class ProgramSessions {
  readonly feeds: OnnxProgram['feeds']
  readonly fetches: OnnxProgram['fetches']
  readonly #ort: Onnxruntime
  readonly #threads: number
  readonly #graph: Tape
  /** Frozen state that the graph reads. */
  readonly #frozen: readonly string[]
  readonly #unchangedRuns = new UnchangedRuns()
  /** Released once the session is open. */
  #model: Uint8Array | null
  #session: InferenceSession | null = null
  #builtIn: OpenSession | null = null

  /** @param frozen names of state that may be built in */
  constructor(ort: Onnxruntime, threads: number, graph: Tape, frozen: readonly string[]) {
    const { bytes, feeds, fetches } = emitOnnx(graph)
    this.#ort = ort
    this.#threads = threads
    this.#graph = graph
    this.#model = bytes
    this.feeds = feeds
    this.fetches = fetches
    const stateNames = new Set(
      Object.values(feeds).flatMap(({ kind, name }) => (kind === 'state' ? [name] : [])),
    )
    this.#frozen = frozen.filter(name => stateNames.has(name))
  }

  /** @param buffers the state of the coming run, by name */
  async open(buffers: ReadonlyMap<string, StateBuffer>): Promise<OpenSession> {
    const frozenBuffers = this.#frozen.map(name => buffers.get(name)!)
    const runs = this.#unchangedRuns.next(frozenBuffers)
    if (runs === 0) await this.#releaseBuiltIn()
    if (runs === RUNS_BEFORE_BUILD_IN && canBuildIn(frozenBuffers))
      this.#builtIn = await this.#openBuiltIn(buffers)
    if (this.#builtIn) return this.#builtIn
    this.#session ??= await this.#ort.InferenceSession.create(
      this.#model!,
      sessionOptions(this.#threads),
    )
    this.#model = null
    return { session: this.#session, feeds: this.feeds, fetches: this.fetches }
  }

  /** Releases the session that one of the buffers is built into. */
  async releaseBuffers(buffers: ReadonlySet<StateBuffer>): Promise<void> {
    if (!this.#unchangedRuns.usesAny(buffers)) return
    this.#unchangedRuns.reset()
    await this.#releaseBuiltIn()
  }

  async dispose(): Promise<void> {
    this.#model = null
    this.#unchangedRuns.reset()
    await this.#releaseBuiltIn()
    await this.#session?.release()
    this.#session = null
  }

  async #openBuiltIn(buffers: ReadonlyMap<string, StateBuffer>): Promise<OpenSession> {
    const { bytes, feeds, fetches, builtIn } = emitOnnx(this.#graph, new Set(this.#frozen))
    const externalData = Object.entries(builtIn).map(([path, name]) => ({
      path,
      data: dataBytes(buffers.get(name)!),
    }))
    const session = await this.#ort.InferenceSession.create(bytes, {
      ...sessionOptions(this.#threads),
      externalData,
    })
    return { session, feeds, fetches }
  }

  async #releaseBuiltIn(): Promise<void> {
    const builtIn = this.#builtIn
    this.#builtIn = null
    await builtIn?.session.release()
  }
}

function canBuildIn(buffers: readonly StateBuffer[]): boolean {
  const bytes = buffers.reduce((sum, { spec }) => sum + 4 * elementCount(spec.shape), 0)
  return buffers.length > 0 && bytes <= MAX_BUILT_IN_BYTES
}

function dataBytes({ data }: StateBuffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: {
      // A pool that spins takes the cores from the trials beside it.
      session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } },
      // Graphs have each factor where it is to be: a product of single rows is faster without
      // (`onnx/kernels/product.ts`).
      optimization: { disable_specified_optimizers: 'MatMulScaleFusion' },
    },
  }
}
