import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Engine, EngineOptions, Runnable } from '../engine.js'
import { emitOnnx } from '../onnx/emit.js'
import type { OnnxProgram } from '../onnx/emit.js'
import { contribKernels } from '../onnx/kernels/contrib.js'
import type { HostTensor, Named, Program, Sharding } from '../program.js'
import { elementCount } from '../../util/element-count.js'
import type { Value } from '../trace/tape.js'
import { mapNamed, trace } from '../trace/trace.js'
import { UpdateCompiler } from '../update/update-runner.js'
import { applyScatter, splitScatters } from '../update/split-scatters.js'
import { splitUpdates } from '../update/split-updates.js'
import type { Source } from '../update/split-updates.js'
import { checkFits } from './host.js'
import { Mutex } from '../../util/mutex.js'
import { createLanes } from './onnxruntime-lanes.js'
import type { Lanes } from './onnxruntime-lanes.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { sessionsOf } from './onnxruntime-sessions.js'
import type { Sessions } from './onnxruntime-sessions.js'
import { addInPlace, splitInputs, sumShards } from './shards.js'
import {
  createState,
  dataOf,
  slotFinder,
  spareOf,
  swap,
  toHost,
  toOrt,
} from './onnxruntime-state.js'
import type { OrtState, Slot } from './onnxruntime-state.js'
import { threadsFor } from './onnxruntime-threads.js'

/**
 * Positions of a part at least. Of 8 x 128 in two lanes a step at dim 64 is a fifth faster, of 8 x
 * 32 a tenth slower.
 */
const PART = 256

/**
 * Bytes that the lanes' copies of state and of what they sum may take: at dim 576, 264 MB more
 * gained nothing.
 */
const COPIES = 2 ** 27

/**
 * Programs as ONNX graphs in onnxruntime, on the CPU.
 *
 * Equal runs give equal bits. Programs are written down when they are loaded; their sessions are
 * made at the first run.
 *
 * @throws UserError when onnxruntime-node isn't installed or doesn't load
 */
export async function createOnnxruntimeEngine({ threads }: EngineOptions): Promise<Engine> {
  const { ort, version } = await loadOnnxruntime()
  const mutex = new Mutex()
  const runnables = new Set<Runnable>()
  const shared: Shared = {
    ort,
    threads,
    scratch: scratchOf(ort),
    updateCompiler: new UpdateCompiler(),
    sessions: new Set(),
    lanes: createLanes(),
  }
  return {
    name: 'onnxruntime',
    device: 'cpu',
    version,
    shardCount: positions =>
      Math.max(1, Math.min(Math.max(2, threads), Math.floor(positions / PART))),
    createState: values =>
      Promise.resolve(
        createState(
          ort,
          values,
          mutex,
          slots =>
            void mutex.run(async () => {
              shared.lanes.letGo(slots)
              for (const sessions of shared.sessions) await sessions.letGo(slots)
            }),
        ),
      ),
    load: programs =>
      mutex.run(() =>
        Promise.resolve(
          programs.map(program => {
            const runnable = createRunnable(program, shared, mutex)
            runnables.add(runnable)
            return runnable
          }),
        ),
      ),
    dispose: () =>
      mutex.run(async () => {
        for (const runnable of runnables) runnable.dispose()
        runnables.clear()
        await shared.lanes.dispose()
      }),
  }
}

function createRunnable(program: Program, shared: Shared, mutex: Mutex): Runnable {
  const work = program.sharding
    ? inParts(program, program.sharding, shared)
    : inOneCall(program, shared)
  let disposed = false
  return {
    run: (states, inputs) =>
      mutex.run(() => {
        if (disposed) throw new Error(`${program.name}: was disposed`)
        return work.run((Array.isArray(states) ? states : [states]) as readonly OrtState[], inputs)
      }),
    dispose: () => {
      disposed = true
      void mutex.run(() => work.dispose())
    },
  }
}

/** What the programs of an engine have in common; they run one after the other. */
interface Shared {
  readonly ort: Onnxruntime
  readonly threads: number
  readonly scratch: ReturnType<typeof scratchOf>
  readonly updateCompiler: UpdateCompiler
  readonly sessions: Set<Sessions>
  readonly lanes: Lanes
}

/** A program in use; its calls are made one after the other. */
interface Work {
  run(states: readonly OrtState[], inputs: Named<HostTensor>): Promise<Named<HostTensor>>
  dispose(): Promise<void>
}

/**
 * A divided program: this thread does its parts, one after the other, while the lanes do theirs,
 * and then the rest. One part's activations are half as large as two's.
 */
function inParts(program: Program, sharding: Sharding, shared: Shared): Work {
  const { shardCount: parts, shard: part, finish: rest } = sharding
  const { lanes } = shared
  const graph = emitOnnx(trace(part, contribKernels))
  const read = namesOf('state', graph.feeds)
  const copied = [...read.map(name => part.state[name]!), ...Object.values(rest.inputs)].reduce(
    (sum, { shape }) => sum + 4 * elementCount(shape),
    0,
  )
  const count = Math.min(parts, shared.threads, 1 + Math.floor(COPIES / copied))
  const threads = Math.floor(shared.threads / count)
  const own = inOneCall(part, { ...shared, threads })
  const after = inOneCall(rest, shared)
  const id = lanes.load({ bytes: graph.bytes, feeds: graph.feeds, fetches: graph.fetches, threads })
  const slotsOf = slotFinder(program, new Set(read))
  return {
    async run(states, inputs) {
      for (const [name, spec] of Object.entries(program.inputs))
        checkFits(`${program.name}: input ${name}`, inputs[name], spec)
      const each = splitInputs(sharding, inputs)
      const shareOf = (lane: number): Named<HostTensor>[] =>
        each.slice(Math.floor((lane * parts) / count), Math.floor(((lane + 1) * parts) / count))
      const slots = slotsOf(states)
      const others = Array.from({ length: count - 1 }, (_, i) =>
        lanes.run(i, id, slots, shareOf(i + 1)),
      )
      // A failure here must not leave a lane at work on what the next call is about
      const [mine, ...theirs] = await Promise.allSettled([
        sumShards(shareOf(0), inputs => own.run(states, inputs)),
        ...others,
      ])
      const sums = fulfilled(mine)
      for (const more of theirs.map(fulfilled)) {
        addInPlace(sums, more)
        lanes.reuse(more)
      }
      return after.run(states, { ...inputs, ...sums })
    },
    async dispose() {
      lanes.unload(id)
      await own.dispose()
      await after.dispose()
    },
  }
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function inOneCall(
  program: Program,
  { ort, threads, scratch, updateCompiler, sessions: all }: Shared,
): Work {
  const { graph: rest, updates, sources } = splitUpdates(trace(program, contribKernels))
  const { graph, scatters, sources: scattered } = splitScatters(rest)
  const sessions = sessionsOf(ort, threadsFor(graph, threads), graph, program.frozen ?? [])
  const { feeds, fetches } = sessions
  all.add(sessions)
  const runners = updates.map(update => updateCompiler.runner(update))
  const read = updates.flatMap(({ vectors, scalars }) =>
    [...vectors, ...scalars].map(([, source]) => source),
  )
  const named = (kind: 'state' | 'input'): string[] =>
    read.flatMap(({ from, name }) => (from === kind ? [name] : []))
  const written = [
    ...updates.flatMap(({ writes }) => writes.map(([name]) => name)),
    ...scatters.flatMap(({ writes }) => writes.map(([name]) => name)),
  ]
  const stateNames = new Set([
    ...namesOf('state', feeds),
    ...namesOf('state', fetches),
    ...named('state'),
    ...written,
  ])
  const inputNames = new Set([...namesOf('input', feeds), ...named('input')])
  const handedOver = Object.entries(sources).filter(([, { shape }]) => elementCount(shape) > 1)
  const slotsOf = slotFinder(program, stateNames)
  const isEmpty = Object.keys(fetches).length === 0

  return {
    async run(states, inputs) {
      const slots = slotsOf(states)
      const fed = new Map(
        [...inputNames].map(name => [
          name,
          checkFits(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!),
        ]),
      )
      const held = scratch(handedOver)
      const results = isEmpty ? {} : await runGraph(slots, fed, held)
      const tensor = ({ from, name }: Source): HostTensor['data'] => {
        if (from === 'graph') return dataOf(held.get(name) ?? results[`output/${name}`]!)
        return from === 'state' ? dataOf(slots.get(name)!.current) : fed.get(name)!.data
      }
      const scalars = runners.map(runner => runner.scalars.map(source => tensor(source)[0]!))
      runners.forEach((runner, i) =>
        runner.run(scalars[i]!, tensor as (source: Source) => Float32Array),
      )
      for (const scatter of scatters)
        applyScatter(
          scatter,
          name => dataOf(slots.get(name)!.current),
          name => toHost(results[`output/${name}`]!),
        )
      for (const name of written) slots.get(name)!.version++
      const outputs: Record<string, HostTensor> = {}
      for (const [key, { kind, name }] of Object.entries(fetches)) {
        if (kind === 'state') swap(slots.get(name)!)
        else if (!(name in sources) && !(name in scattered)) outputs[name] = toHost(results[key]!)
      }
      return outputs
    },
    async dispose() {
      all.delete(sessions)
      await sessions.dispose()
    },
  }

  async function runGraph(
    slots: ReadonlyMap<string, Slot>,
    fed: ReadonlyMap<string, HostTensor>,
    held: ReadonlyMap<string, OrtTensor>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { session, feeds, fetches } = await sessions.open(slots)
    const given = mapNamed(feeds, ({ kind, name }) =>
      kind === 'state' ? slots.get(name)!.current : toOrt(ort, fed.get(name)!, fed.get(name)!.data),
    )
    const wanted = mapNamed(fetches, ({ kind, name }) =>
      kind === 'state' ? spareOf(ort, slots.get(name)!) : (held.get(name) ?? null),
    )
    return session.run(given, wanted)
  }
}

/**
 * Tensors for what a graph hands to the updates after it: gradients. All programs use the same, as
 * they run one after the other.
 */
function scratchOf(
  ort: Onnxruntime,
): (wanted: readonly (readonly [string, Value])[]) => Map<string, OrtTensor> {
  const held = new Map<string, OrtTensor[]>()
  return wanted => {
    const taken = new Map<string, number>()
    return new Map(
      wanted.map(([name, { shape }]) => {
        const key = shape.join()
        const index = taken.get(key) ?? 0
        taken.set(key, index + 1)
        const list = held.get(key) ?? []
        held.set(key, list)
        list[index] ??= new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape)
        return [name, list[index]]
      }),
    )
  }
}

function namesOf(
  wanted: 'state' | 'input',
  edges: OnnxProgram['feeds'] | OnnxProgram['fetches'],
): string[] {
  return Object.values(edges).flatMap(({ kind, name }) => (kind === wanted ? [name] : []))
}
