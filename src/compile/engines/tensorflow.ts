import * as tf from '@tensorflow/tfjs'
import { Mutex } from '../../util/mutex.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import type { TfProgram, TfVariable } from '../tensorflow/emit.js'
import { ProgramGraphs } from '../tensorflow/program-graphs.js'
import type { GraphProgram } from '../tensorflow/program-graphs.js'
import { NativeTensorflow } from '../tensorflow/session.js'
import type { Handle, Tensorflow } from '../tensorflow/session.js'
import { VariablePlacement } from '../tensorflow/variable-placement.js'
import type { StateTensor } from '../tensorflow/variable-placement.js'
import { mapNamed } from '../trace/trace.js'
import { checkData, checkHostTensor, checkSpec, stateOwners } from './host-tensors.js'
import { SerialRunnable } from './serial-runnable.js'
import type { Execution } from './serial-runnable.js'
import { StateEntries } from './state-entries.js'
import { loadTfjsNode } from './tensorflow-package.js'

interface TensorflowOptions extends EngineOptions {
  /**
   * Whether all programs are in one graph, so that state stays in its variables; loading another
   * program then means a new graph. Default: on a GPU, where state that moves between graphs goes
   * through the host. On the CPU moving costs no copy.
   */
  readonly oneGraph?: boolean
}

/**
 * Programs as TensorFlow graphs, on a GPU if TensorFlow finds one. Weights and moments are
 * variables of the graph: a step is fed the batch and returns the outputs.
 *
 * `threads` takes effect only at the first use of TensorFlow in a process's main thread; a device
 * host sets them by its environment.
 *
 * @throws UserError when TensorFlow isn't installed or doesn't load
 */
export async function createTensorflowEngine({
  threads,
  oneGraph,
}: TensorflowOptions): Promise<Engine> {
  // TensorFlow reads these when its pools start; a worker thread has only a copy that it does not
  // read. One thread for each operation: shards of a step side by side take half the time of
  // operations that are divided one by one.
  process.env['TF_NUM_INTRAOP_THREADS'] ??= '1'
  process.env['TF_NUM_INTEROP_THREADS'] ??= String(threads)
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  const tensorflow = await loadTensorflow()
  return new TensorflowEngine(tensorflow, threads, oneGraph ?? tensorflow.onGpu)
}

/** Loading selects TensorFlow's eager backend in tfjs; graphs do not need it. */
async function loadTensorflow(): Promise<Tensorflow> {
  const previousBackend = tf.getBackend() as string | undefined
  await loadTfjsNode()
  if (previousBackend && previousBackend !== tf.getBackend()) void tf.setBackend(previousBackend)
  return new NativeTensorflow()
}

class TensorflowEngine implements Engine {
  readonly name = 'tensorflow'
  readonly device: string
  readonly version: string
  readonly #tensorflow: Tensorflow
  readonly #threads: number
  readonly #mutex = new Mutex()
  readonly #placement: VariablePlacement
  readonly #graphs: ProgramGraphs
  readonly #runnables = new Set<Runnable>()

  constructor(tensorflow: Tensorflow, threads: number, oneGraph: boolean) {
    this.device = tensorflow.onGpu ? 'cuda:0' : 'cpu'
    this.version = tensorflow.version
    this.#tensorflow = tensorflow
    this.#threads = threads
    this.#placement = new VariablePlacement(tensorflow)
    this.#graphs = new ProgramGraphs(tensorflow, this.#placement, oneGraph)
  }

  shardCount(): number {
    const usesOneThreadPerOperation = process.env['TF_NUM_INTRAOP_THREADS'] === '1'
    return !this.#tensorflow.onGpu && usesOneThreadPerOperation ? this.#threads : 1
  }

  createState(values: Named<HostTensor>): Promise<State> {
    return this.#mutex.run(() => new TfState(this.#placement, values, this.#mutex))
  }

  load(programs: readonly Program[]): Promise<readonly Runnable[]> {
    return this.#mutex.run(() =>
      this.#graphs.add(programs).map(member => {
        const execution = new TfExecution(this.#tensorflow, this.#placement, this.#graphs, member)
        const runnable = new SerialRunnable(member.program, this.#mutex, execution)
        this.#runnables.add(runnable)
        return runnable
      }),
    )
  }

  async dispose(): Promise<void> {
    for (const runnable of this.#runnables) runnable.dispose()
    this.#runnables.clear()
    await this.#mutex.run(() => this.#tensorflow.dispose())
  }
}

class TfState implements State {
  readonly #placement: VariablePlacement
  readonly #tensors: StateEntries<StateTensor>
  readonly #mutex: Mutex

  constructor(placement: VariablePlacement, values: Named<HostTensor>, mutex: Mutex) {
    for (const [name, value] of Object.entries(values)) checkData(`state ${name}`, value)
    this.#placement = placement
    this.#mutex = mutex
    this.#tensors = new StateEntries(
      Object.entries(values).map(([name, value]) => [name, placement.create(value)] as const),
    )
  }

  get names(): readonly string[] {
    return this.#tensors.names
  }

  tensor(name: string): StateTensor {
    return this.#tensors.get(name)
  }

  read(names: readonly string[] = this.names): Promise<Named<HostTensor>> {
    return this.#mutex.run(() => {
      const tensors = names.map(name => this.tensor(name))
      const values = this.#placement.read(tensors)
      return Object.fromEntries(
        names.map((name, i) => [name, { ...tensors[i]!.spec, data: values[i]! }]),
      )
    })
  }

  write(values: Named<HostTensor>): Promise<void> {
    return this.#mutex.run(() => {
      for (const [name, value] of Object.entries(values))
        checkHostTensor(`state ${name}`, value, this.tensor(name).spec)
      this.#placement.write(
        Object.entries(values).map(([name, value]) => [this.tensor(name), value]),
      )
    })
  }

  dispose(): void {
    const tensors = this.#tensors.clear()
    void this.#mutex.run(() => this.#placement.dispose(tensors))
  }
}

class TfExecution implements Execution<TfState> {
  readonly #tensorflow: Tensorflow
  readonly #placement: VariablePlacement
  readonly #graphs: ProgramGraphs
  readonly #member: GraphProgram

  constructor(
    tensorflow: Tensorflow,
    placement: VariablePlacement,
    graphs: ProgramGraphs,
    member: GraphProgram,
  ) {
    this.#tensorflow = tensorflow
    this.#placement = placement
    this.#graphs = graphs
    this.#member = member
  }

  run(states: readonly TfState[], inputs: Named<HostTensor>): Named<HostTensor> {
    const { program, tape } = this.#member
    const { graph, emitted } = this.#graphs.open(this.#member)
    const placements = statePlacements(program, emitted, states)
    const checkedInputs = mapNamed(emitted.feeds, (_, name) =>
      checkHostTensor(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!),
    )
    this.#placement.moveInto(graph, placements)

    const feeds = new Map(
      Object.entries(emitted.feeds).map(([name, node]) => [
        node,
        this.#tensorflow.share(checkedInputs[name]!),
      ]),
    )
    let results: readonly Handle[] = []
    try {
      const fetches = [...Object.values(emitted.fetches), emitted.done]
      results = this.#tensorflow.run(graph.session, feeds, fetches)
      return Object.fromEntries(
        Object.keys(emitted.fetches).map((name, i) => {
          const { shape, dtype } = tape.outputs[name]!
          const data = this.#tensorflow.read(results[i]!)
          return [name, { shape: [...shape], dtype: dtype as TensorSpec['dtype'], data }]
        }),
      )
    } finally {
      for (const handle of [...feeds.values(), ...results]) this.#tensorflow.release(handle)
    }
  }

  dispose(): void {
    this.#graphs.remove(this.#member)
  }
}

function statePlacements(
  program: Program,
  { variables }: TfProgram,
  states: readonly TfState[],
): [StateTensor, TfVariable][] {
  const owners = stateOwners(program.name, Object.keys(variables), states)
  return Object.entries(variables).map(([name, variable]) => {
    const tensor = owners.get(name)!.tensor(name)
    checkSpec(`${program.name}: state ${name}`, tensor.spec, program.state[name]!)
    return [tensor, variable]
  })
}
