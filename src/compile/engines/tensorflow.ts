import * as tf from '@tensorflow/tfjs'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { emitTensorflow } from '../tensorflow/emit.js'
import type { TfProgram } from '../tensorflow/emit.js'
import { residence } from '../tensorflow/residence.js'
import type { Cell, Home, Residence } from '../tensorflow/residence.js'
import { tensorflowOf } from '../tensorflow/session.js'
import type { Tensorflow } from '../tensorflow/session.js'
import type { Tape } from '../trace/tape.js'
import { mapNamed, trace } from '../trace/trace.js'
import { checkFits, checkHost, checkSpec, resolveState } from './host.js'
import { Mutex } from '../../util/mutex.js'
import { loadTfjsNode } from './tensorflow-package.js'

export interface TensorflowOptions extends EngineOptions {
  /**
   * Keeps all programs in one graph, so that state stays where it is whichever of them runs; a
   * program that comes later means a new graph. Left out: on a GPU, where state that moves between
   * graphs goes through the host. On the CPU moving costs no copy.
   */
  readonly oneGraph?: boolean
}

/**
 * Programs as TensorFlow graphs, on a GPU where TensorFlow sees one. Weights and moments are
 * variables of the graph: a step takes the batch in and gives the outputs back.
 *
 * `threads` counts where this is the first use of TensorFlow in a process's main thread; a device
 * host sets them by its environment.
 *
 * @throws UserError when TensorFlow isn't installed or doesn't load
 */
export async function createTensorflowEngine({
  threads,
  oneGraph,
}: TensorflowOptions): Promise<Engine> {
  // Read by TensorFlow when its pools start. In a worker thread this is a copy that it does not
  // see. One thread for each operation: parts of a step side by side take half the time of
  // operations that are shared out one by one.
  process.env['TF_NUM_INTRAOP_THREADS'] ??= '1'
  process.env['TF_NUM_INTEROP_THREADS'] ??= String(threads)
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  const tensorflow = await loadTensorflow()
  const mutex = new Mutex()
  const places = residence(tensorflow)
  const graphs = graphsOf(tensorflow, places, oneGraph ?? tensorflow.onGpu)
  return {
    name: 'tensorflow',
    device: tensorflow.onGpu ? 'cuda:0' : 'cpu',
    version: tensorflow.version,
    shardCount: () =>
      tensorflow.onGpu || process.env['TF_NUM_INTRAOP_THREADS'] !== '1' ? 1 : threads,
    createState: values => mutex.run(() => Promise.resolve(createState(places, values, mutex))),
    load: programs =>
      mutex.run(() =>
        Promise.resolve(
          graphs
            .add(programs)
            .map(member => createRunnable(tensorflow, places, graphs, member, mutex)),
        ),
      ),
    dispose: () =>
      mutex.run(() => {
        graphs.dispose()
        tensorflow.dispose()
        return Promise.resolve()
      }),
  }
}

/** Loading makes TensorFlow's eager backend tfjs's own; the graphs don't need it to be. */
async function loadTensorflow(): Promise<Tensorflow> {
  const before = tf.getBackend() as string | undefined
  const { tfjsNode } = await loadTfjsNode()
  if (before && before !== tf.getBackend()) void tf.setBackend(before)
  return tensorflowOf(tfjsNode)
}

/** A program and, from its first run on, the graph that it is in. */
interface Member {
  readonly program: Program
  readonly tape: Tape
  /** Loaded in one call: in one graph. */
  readonly batch: readonly Member[]
  placed: { readonly home: Home; readonly emitted: TfProgram } | null
  disposed: boolean
}

interface Graphs {
  add(programs: readonly Program[]): readonly Member[]
  place(member: Member): NonNullable<Member['placed']>
  remove(member: Member): void
  dispose(): void
}

function graphsOf(tensorflow: Tensorflow, places: Residence, oneGraph: boolean): Graphs {
  const members = new Set<Member>()
  const closeUnused = (home: Home): void => {
    if ([...members].some(member => member.placed?.home === home)) return
    places.evacuate(home)
    tensorflow.close(home.session)
  }
  return {
    add(programs) {
      const batch: Member[] = []
      for (const program of programs)
        batch.push({ program, tape: trace(program), batch, placed: null, disposed: false })
      for (const member of batch) members.add(member)
      return batch
    },
    place(member) {
      if (member.placed) return member.placed
      const together = oneGraph
        ? [...members]
        : member.batch.filter(({ placed, disposed }) => !placed && !disposed)
      const left = new Set(together.flatMap(({ placed }) => (placed ? [placed.home] : [])))
      const { bytes, programs } = emitTensorflow(together.map(({ tape }) => tape))
      const home: Home = { session: tensorflow.open(bytes), held: new Map() }
      together.forEach((other, i) => {
        other.placed = { home, emitted: programs[i]! }
      })
      for (const old of left) closeUnused(old)
      return member.placed!
    },
    remove(member) {
      member.disposed = true
      members.delete(member)
      if (member.placed) closeUnused(member.placed.home)
      member.placed = null
    },
    dispose() {
      const homes = new Set([...members].flatMap(({ placed }) => (placed ? [placed.home] : [])))
      for (const member of members) Object.assign(member, { disposed: true, placed: null })
      members.clear()
      for (const home of homes) closeUnused(home)
    },
  }
}

interface TfState extends State {
  cell(name: string): Cell
}

function createState(places: Residence, values: Named<HostTensor>, mutex: Mutex): TfState {
  for (const [name, value] of Object.entries(values)) checkHost(`state ${name}`, value)
  const cells = new Map(Object.entries(values).map(([name, value]) => [name, places.cell(value)]))
  const cell = (name: string): Cell => {
    const found = cells.get(name)
    if (!found)
      throw new Error(
        `no state ${name}; there are ${[...cells.keys()].join(', ') || 'none: it was disposed'}`,
      )
    return found
  }
  return {
    names: [...cells.keys()],
    cell,
    read: (names = [...cells.keys()]) =>
      mutex.run(() => {
        const values = places.read(names.map(cell))
        return Promise.resolve(
          Object.fromEntries(
            names.map((name, i) => [name, { ...cell(name).spec, data: values[i]! }]),
          ),
        )
      }),
    write: next =>
      mutex.run(() => {
        for (const [name, value] of Object.entries(next))
          checkFits(`state ${name}`, value, cell(name).spec)
        places.write(Object.entries(next).map(([name, value]) => [cell(name), value]))
        return Promise.resolve()
      }),
    dispose: () => {
      const gone = [...cells.values()]
      cells.clear()
      void mutex.run(() => Promise.resolve(places.forget(gone)))
    },
  }
}

function createRunnable(
  tensorflow: Tensorflow,
  places: Residence,
  graphs: Graphs,
  member: Member,
  mutex: Mutex,
): Runnable {
  const { program } = member
  return {
    run: (states, inputs) =>
      mutex.run(() => {
        if (member.disposed) throw new Error(`${program.name}: was disposed`)
        const { home, emitted } = graphs.place(member)
        const list = (Array.isArray(states) ? states : [states]) as readonly TfState[]
        const cells = cellsOf(program, emitted, list)
        const fed = mapNamed(emitted.feeds, (_, name) =>
          checkFits(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!),
        )
        places.settle(home, cells)

        const feeds = new Map(
          Object.entries(emitted.feeds).map(([name, node]) => [node, tensorflow.lend(fed[name]!)]),
        )
        let fetched: readonly number[] = []
        try {
          const names = Object.keys(emitted.fetches)
          fetched = tensorflow.run(home.session, feeds, [
            ...Object.values(emitted.fetches),
            emitted.done,
          ])
          return Promise.resolve(
            Object.fromEntries(
              names.map((name, i) => [
                name,
                toHost(tensorflow, fetched[i]!, member.tape.outputs[name]!),
              ]),
            ),
          )
        } finally {
          for (const handle of [...feeds.values(), ...fetched]) tensorflow.release(handle)
        }
      }),
    dispose: () => {
      if (member.disposed) return
      member.disposed = true
      void mutex.run(() => Promise.resolve(graphs.remove(member)))
    },
  }
}

function cellsOf(
  program: Program,
  { variables }: TfProgram,
  states: readonly TfState[],
): [Cell, TfProgram['variables'][string]][] {
  const owners = resolveState(program.name, Object.keys(variables), states)
  return Object.entries(variables).map(([name, variable]) => {
    const cell = owners.get(name)!.cell(name)
    checkSpec(`${program.name}: state ${name}`, cell.spec, program.state[name]!)
    return [cell, variable]
  })
}

function toHost(
  tensorflow: Tensorflow,
  handle: number,
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: string },
): HostTensor {
  return { shape: [...shape], dtype: dtype as TensorSpec['dtype'], data: tensorflow.read(handle) }
}
