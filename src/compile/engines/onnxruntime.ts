import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import { emitOnnx } from '../onnx/emit.js'
import type { OnnxProgram } from '../onnx/emit.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { sizeOf } from '../trace/tape.js'
import type { Value } from '../trace/tape.js'
import { mapNamed, trace } from '../trace/trace.js'
import { updateRunners } from '../update/run.js'
import { splitUpdates } from '../update/split.js'
import type { Source } from '../update/split.js'
import { checkFits, checkHost, checkSpec, resolveState, serially } from './host.js'
import type { Serially } from './host.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import type { Onnxruntime } from './onnxruntime-package.js'

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
  const shared: Shared = { ort, threads, inTurn, scratch: scratchOf(ort), runnerOf: updateRunners() }
  return {
    name: 'onnxruntime',
    device: 'cpu',
    version,
    createState: values => Promise.resolve(createState(ort, values, inTurn)),
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

/**
 * A named tensor that a graph reads while it writes the next value: two buffers, of which one is current.
 * The second exists from the first replacement on; frozen weights never need it.
 */
interface Slot {
  readonly spec: TensorSpec
  current: OrtTensor
  spare: OrtTensor | null
}

interface OrtState extends State {
  slot(name: string): Slot
}

function createState(ort: Onnxruntime, values: Named<HostTensor>, inTurn: Serially): OrtState {
  const slots = new Map<string, Slot>()
  for (const [name, value] of Object.entries(values)) {
    checkHost(`state ${name}`, value)
    slots.set(name, { spec: { shape: [...value.shape], dtype: value.dtype }, current: toOrt(ort, value, value.data.slice()), spare: null })
  }
  const slot = (name: string): Slot => {
    const found = slots.get(name)
    if (!found) throw new Error(`no state ${name}; there are ${[...slots.keys()].join(', ') || 'none: it was disposed'}`)
    return found
  }
  return {
    names: [...slots.keys()],
    slot,
    read: (names = [...slots.keys()]) => inTurn(() => Promise.resolve(Object.fromEntries(names.map(name => {
      const { spec, current } = slot(name)
      return [name, { ...spec, data: dataOf(current).slice() }]
    })))),
    write: next => inTurn(() => {
      for (const [name, value] of Object.entries(next)) checkFits(`state ${name}`, value, slot(name).spec)
      for (const [name, value] of Object.entries(next)) dataOf(slot(name).current).set(value.data)
      return Promise.resolve()
    }),
    dispose: () => slots.clear(),
  }
}

/** What the programs of an engine have in common; they run one after the other. */
interface Shared {
  readonly ort: Onnxruntime
  readonly threads: number
  readonly inTurn: Serially
  readonly scratch: ReturnType<typeof scratchOf>
  readonly runnerOf: ReturnType<typeof updateRunners>
}

function createRunnable(program: Program, { ort, threads, inTurn, scratch, runnerOf }: Shared): Runnable {
  const { graph, updates, sources } = splitUpdates(trace(program))
  const { bytes, feeds, fetches } = emitOnnx(graph)
  const runners = updates.map(runnerOf)
  const read = updates.flatMap(({ vectors, scalars }) => [...vectors, ...scalars].map(([, source]) => source))
  const named = (kind: 'state' | 'input'): string[] => read.flatMap(({ from, name }) => (from === kind ? [name] : []))
  const stateNames = new Set([...namesOf('state', feeds), ...namesOf('state', fetches), ...named('state'), ...updates.flatMap(({ writes }) => writes.map(([name]) => name))])
  const inputNames = new Set([...namesOf('input', feeds), ...named('input')])
  const handedOver = Object.entries(sources).filter(([, { shape }]) => sizeOf(shape) > 1)
  let model: Uint8Array | null = bytes
  let session: InferenceSession | null = null
  let disposed = false

  /** @returns null when nothing is left for a graph */
  const open = async (): Promise<InferenceSession | null> => {
    if (disposed) throw new Error(`${program.name}: was disposed`)
    if (Object.keys(fetches).length === 0) return null
    session ??= await ort.InferenceSession.create(model!, sessionOptions(threads))
    model = null
    return session
  }

  return {
    run: (states, inputs) => inTurn(async () => {
      const opened = await open()
      const list = (Array.isArray(states) ? states : [states]) as readonly OrtState[]
      const slots = slotsOf(program, stateNames, list)
      const fed = new Map([...inputNames].map(name => [name, checkFits(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!)]))
      const given = mapNamed(feeds, ({ kind, name }) => (kind === 'state' ? slots.get(name)!.current : toOrt(ort, fed.get(name)!, fed.get(name)!.data)))
      const held = scratch(handedOver)
      const wanted = mapNamed(fetches, ({ kind, name }) => (kind === 'state' ? spareOf(ort, slots.get(name)!) : held.get(name) ?? null))
      const results = opened ? await opened.run(given, wanted) : {}
      const tensor = ({ from, name }: Source): HostTensor['data'] => {
        if (from === 'graph') return dataOf(held.get(name) ?? results[`output/${name}`]!)
        return from === 'state' ? dataOf(slots.get(name)!.current) : fed.get(name)!.data
      }
      const scalars = runners.map(runner => runner.scalars.map(source => tensor(source)[0]!))
      runners.forEach((runner, i) => runner.run(scalars[i]!, tensor as (source: Source) => Float32Array))
      const outputs: Record<string, HostTensor> = {}
      for (const [key, { kind, name }] of Object.entries(fetches)) {
        if (kind === 'state') swap(slots.get(name)!)
        else if (!(name in sources)) outputs[name] = toHost(results[key]!)
      }
      return outputs
    }),
    dispose: () => {
      disposed = true
      model = null
      void inTurn(async () => {
        await session?.release()
        session = null
      })
    },
  }
}

function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // A pool that spins takes the cores from the trials beside it.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
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

function slotsOf(program: Program, names: ReadonlySet<string>, states: readonly OrtState[]): Map<string, Slot> {
  const slots = new Map<string, Slot>()
  for (const [name, state] of resolveState(program.name, names, states)) {
    const slot = state.slot(name)
    checkSpec(`${program.name}: state ${name}`, slot.spec, program.state[name]!)
    slots.set(name, slot)
  }
  return slots
}

function spareOf(ort: Onnxruntime, slot: Slot): OrtTensor {
  slot.spare ??= toOrt(ort, slot.spec, dataOf(slot.current).slice())
  return slot.spare
}

function swap(slot: Slot): void {
  const written = slot.spare!
  slot.spare = slot.current
  slot.current = written
}

function toOrt(ort: Onnxruntime, { dtype, shape }: TensorSpec, data: HostTensor['data']): OrtTensor {
  return dtype === 'float32' ? new ort.Tensor('float32', data as Float32Array, shape) : new ort.Tensor('int32', data as Int32Array, shape)
}

function toHost(tensor: OrtTensor): HostTensor {
  return { shape: [...tensor.dims], dtype: tensor.type as HostTensor['dtype'], data: dataOf(tensor) }
}

function dataOf(tensor: OrtTensor): HostTensor['data'] {
  return tensor.data as HostTensor['data']
}
