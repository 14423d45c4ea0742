import type { InferenceSession } from 'onnxruntime-node'
import { emitOnnx } from '../onnx/emit.js'
import type { OnnxProgram } from '../onnx/emit.js'
import { elementCount } from '../../util/element-count.js'
import type { Tape } from '../trace/tape.js'
import { dataOf } from './onnxruntime-state.js'
import type { Slot } from './onnxruntime-state.js'
import type { Onnxruntime } from './onnxruntime-package.js'

/**
 * Runs on unchanged state after which it is built in: onnxruntime arranges constants for its
 * products once, and takes fewer inputs.
 */
const OFTEN = 32
/** Bytes of state that are built in at most: it is a second copy. */
const MOST = 2 ** 29

/** A session, and what its inputs and outputs are called. */
export interface Opened extends Pick<OnnxProgram, 'feeds' | 'fetches'> {
  readonly session: InferenceSession
}

/** The sessions of one program. */
export interface Sessions extends Pick<OnnxProgram, 'feeds' | 'fetches'> {
  /** @param slots the state that it is about to run on, by name */
  open(slots: ReadonlyMap<string, Slot>): Promise<Opened>
  /** Called when state goes: what was built of it goes, too. */
  letGo(slots: ReadonlySet<Slot>): Promise<void>
  dispose(): Promise<void>
}

/** @param lasting state that is built in once it was the same often enough */
export function sessionsOf(
  ort: Onnxruntime,
  threads: number,
  graph: Tape,
  lasting: readonly string[],
): Sessions {
  const { bytes, feeds, fetches } = emitOnnx(graph)
  const used = new Set(
    Object.values(feeds).flatMap(({ kind, name }) => (kind === 'state' ? [name] : [])),
  )
  const kept = lasting.filter(name => used.has(name))
  let model: Uint8Array | null = bytes
  let plain: InferenceSession | null = null
  let built: Opened | null = null
  let seen: readonly Slot[] = []
  let versions: readonly number[] = []
  let runs = 0

  const build = async (slots: ReadonlyMap<string, Slot>): Promise<Opened> => {
    const { bytes, feeds, fetches, builtIn } = emitOnnx(graph, new Set(kept))
    const externalData = Object.entries(builtIn).map(([path, name]) => ({
      path,
      data: bytesOf(slots.get(name)!),
    }))
    return {
      session: await ort.InferenceSession.create(bytes, {
        ...sessionOptions(threads),
        externalData,
      }),
      feeds,
      fetches,
    }
  }
  const forget = async (): Promise<void> => {
    const old = built
    built = null
    await old?.session.release()
  }

  return {
    feeds,
    fetches,
    async open(slots) {
      const now = kept.map(name => slots.get(name)!)
      const same =
        seen.length === now.length &&
        now.every((slot, i) => slot === seen[i] && slot.version === versions[i])
      if (!same) {
        await forget()
        seen = now
        versions = now.map(({ version }) => version)
      }
      runs = same ? runs + 1 : 0
      if (
        runs === OFTEN &&
        now.length > 0 &&
        now.reduce((sum, { spec }) => sum + 4 * elementCount(spec.shape), 0) <= MOST
      )
        built = await build(slots)
      if (built) return built
      plain ??= await ort.InferenceSession.create(model!, sessionOptions(threads))
      model = null
      return { session: plain, feeds, fetches }
    },
    async letGo(slots) {
      if (!seen.some(slot => slots.has(slot))) return
      seen = []
      await forget()
    },
    async dispose() {
      model = null
      seen = []
      await forget()
      await plain?.release()
      plain = null
    },
  }
}

function bytesOf({ current }: Slot): Uint8Array {
  const data = dataOf(current)
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
