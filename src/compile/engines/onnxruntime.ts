import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Engine, EngineOptions, Runnable } from '../engine.js'
import type { OnnxProgram } from '../onnx/emit.js'
import { contribKernels } from '../onnx/kernels/contrib.js'
import type { HostTensor, Program } from '../program.js'
import { sizeOf } from '../trace/tape.js'
import type { Value } from '../trace/tape.js'
import { mapNamed, trace } from '../trace/trace.js'
import { updateRunners } from '../update/run.js'
import { applyScatter, splitScatters } from '../update/scatter.js'
import { splitUpdates } from '../update/split.js'
import type { Source } from '../update/split.js'
import { checkFits, serially } from './host.js'
import type { Serially } from './host.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { sessionsOf } from './onnxruntime-sessions.js'
import type { Sessions } from './onnxruntime-sessions.js'
import { createState, dataOf, slotFinder, spareOf, swap, toHost, toOrt } from './onnxruntime-state.js'
import type { OrtState, Slot } from './onnxruntime-state.js'

/**
 * Programs as ONNX graphs in onnxruntime, on the CPU.
 *
 * Equal runs give equal bits. Programs are written down when they are loaded; their sessions are made at the first run.
 *
 * @throws UserError when onnxruntime-node isn't installed or doesn't load
 */
export async function createOnnxruntimeEngine({ threads }: EngineOptions): Promise<Engine> {
  const { ort, version } = await loadOnnxruntime()
  const inTurn = serially()
  const runnables = new Set<Runnable>()
  const shared: Shared = { ort, threads, inTurn, scratch: scratchOf(ort), runnerOf: updateRunners(), sessions: new Set() }
  return {
    name: 'onnxruntime',
    device: 'cpu',
    version,
    createState: values => Promise.resolve(createState(ort, values, inTurn, slots => void inTurn(async () => {
      for (const sessions of shared.sessions) await sessions.letGo(slots)
    }))),
    load: programs => inTurn(() => Promise.resolve(programs.map(program => {
      const runnable = createRunnable(program, shared)
      runnables.add(runnable)
      return runnable
    }))),
    dispose: () => inTurn(() => {
      for (const runnable of runnables) runnable.dispose()
      runnables.clear()
      return Promise.resolve()
    }),
  }
}

/** What the programs of an engine have in common; they run one after the other. */
interface Shared {
  readonly ort: Onnxruntime
  readonly threads: number
  readonly inTurn: Serially
  readonly scratch: ReturnType<typeof scratchOf>
  readonly runnerOf: ReturnType<typeof updateRunners>
  readonly sessions: Set<Sessions>
}

function createRunnable(program: Program, { ort, threads, inTurn, scratch, runnerOf, sessions: all }: Shared): Runnable {
  const { graph: rest, updates, sources } = splitUpdates(trace(program, contribKernels))
  const { graph, scatters, sources: scattered } = splitScatters(rest)
  const sessions = sessionsOf(ort, threads, graph, program.lasting ?? [])
  const { feeds, fetches } = sessions
  all.add(sessions)
  const runners = updates.map(runnerOf)
  const read = updates.flatMap(({ vectors, scalars }) => [...vectors, ...scalars].map(([, source]) => source))
  const named = (kind: 'state' | 'input'): string[] => read.flatMap(({ from, name }) => (from === kind ? [name] : []))
  const written = [...updates.flatMap(({ writes }) => writes.map(([name]) => name)), ...scatters.map(({ state }) => state)]
  const stateNames = new Set([...namesOf('state', feeds), ...namesOf('state', fetches), ...named('state'), ...written])
  const inputNames = new Set([...namesOf('input', feeds), ...named('input')])
  const handedOver = Object.entries(sources).filter(([, { shape }]) => sizeOf(shape) > 1)
  const slotsOf = slotFinder(program, stateNames)
  const isEmpty = Object.keys(fetches).length === 0
  let disposed = false

  return {
    run: (states, inputs) => inTurn(async () => {
      if (disposed) throw new Error(`${program.name}: was disposed`)
      const list = (Array.isArray(states) ? states : [states]) as readonly OrtState[]
      const slots = slotsOf(list)
      const fed = new Map([...inputNames].map(name => [name, checkFits(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!)]))
      const held = scratch(handedOver)
      const results = isEmpty ? {} : await runGraph(slots, fed, held)
      const tensor = ({ from, name }: Source): HostTensor['data'] => {
        if (from === 'graph') return dataOf(held.get(name) ?? results[`output/${name}`]!)
        return from === 'state' ? dataOf(slots.get(name)!.current) : fed.get(name)!.data
      }
      const scalars = runners.map(runner => runner.scalars.map(source => tensor(source)[0]!))
      runners.forEach((runner, i) => runner.run(scalars[i]!, tensor as (source: Source) => Float32Array))
      for (const scatter of scatters) {
        const given = (name: string): HostTensor => toHost(results[`output/${name}`]!)
        applyScatter(scatter, dataOf(slots.get(scatter.state)!.current), given(scatter.indices), given(scatter.updates).data)
      }
      for (const name of written) slots.get(name)!.version++
      const outputs: Record<string, HostTensor> = {}
      for (const [key, { kind, name }] of Object.entries(fetches)) {
        if (kind === 'state') swap(slots.get(name)!)
        else if (!(name in sources) && !(name in scattered)) outputs[name] = toHost(results[key]!)
      }
      return outputs
    }),
    dispose: () => {
      disposed = true
      all.delete(sessions)
      void inTurn(() => sessions.dispose())
    },
  }

  async function runGraph(slots: ReadonlyMap<string, Slot>, fed: ReadonlyMap<string, HostTensor>, held: ReadonlyMap<string, OrtTensor>): Promise<InferenceSession.OnnxValueMapType> {
    const { session, feeds, fetches } = await sessions.open(slots)
    const given = mapNamed(feeds, ({ kind, name }) => (kind === 'state' ? slots.get(name)!.current : toOrt(ort, fed.get(name)!, fed.get(name)!.data)))
    const wanted = mapNamed(fetches, ({ kind, name }) => (kind === 'state' ? spareOf(ort, slots.get(name)!) : held.get(name) ?? null))
    return session.run(given, wanted)
  }
}

/** Tensors for what a graph hands to the updates after it: gradients. All programs use the same, as they run one after the other. */
function scratchOf(ort: Onnxruntime): (wanted: readonly (readonly [string, Value])[]) => Map<string, OrtTensor> {
  const held = new Map<string, OrtTensor[]>()
  return wanted => {
    const taken = new Map<string, number>()
    return new Map(wanted.map(([name, { shape }]) => {
      const key = shape.join()
      const index = taken.get(key) ?? 0
      taken.set(key, index + 1)
      const list = held.get(key) ?? []
      held.set(key, list)
      list[index] ??= new ort.Tensor('float32', new Float32Array(sizeOf(shape)), shape)
      return [name, list[index]]
    }))
  }
}

function namesOf(wanted: 'state' | 'input', edges: OnnxProgram['feeds'] | OnnxProgram['fetches']): string[] {
  return Object.values(edges).flatMap(({ kind, name }) => (kind === wanted ? [name] : []))
}
