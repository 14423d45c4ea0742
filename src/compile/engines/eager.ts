import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { UserError, unreachable } from '../../errors.js'
import { Mutex } from '../../util/mutex.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { checkReplacement, checkTensor, mapNamed } from '../trace/trace.js'
import { cpuBackend } from './cpu-backend.js'
import { checkData, checkHostTensor, checkSpec, stateOwners } from './host-tensors.js'
import { SerialRunnable } from './serial-runnable.js'
import type { Execution } from './serial-runnable.js'
import { StateEntries } from './state-entries.js'
import { loadTfjsNode } from './tensorflow-package.js'
import { completeWasm } from './wasm-kernels.js'

export type EagerName = 'tfjs-tensorflow' | 'tfjs-wasm' | 'tfjs-cpu'

/**
 * Runs programs operation by operation, on one of tfjs's own backends. Slower than a graph, but it
 * runs everything that tfjs can, including bodies that cannot be traced.
 *
 * @throws UserError when the backend doesn't load here
 */
export async function createEagerEngine(name: EagerName, _options: EngineOptions): Promise<Engine> {
  return new EagerEngine(name, await loadBackend(name))
}

interface LoadedBackend {
  /** tfjs's name of it. */
  readonly backend: string
  readonly device: string
  readonly version: string
}

class EagerEngine implements Engine {
  readonly name: EagerName
  readonly device: string
  readonly version: string
  readonly #backend: string
  readonly #mutex = new Mutex()

  constructor(name: EagerName, { backend, device, version }: LoadedBackend) {
    this.name = name
    this.device = device
    this.version = version
    this.#backend = backend
  }

  shardCount(): number {
    return 1
  }

  createState(values: Named<HostTensor>): Promise<State> {
    return this.#mutex.run(() => {
      selectBackend(this.#backend)
      return new EagerState(values, this.#mutex)
    })
  }

  load(programs: readonly Program[]): Promise<readonly Runnable[]> {
    return Promise.resolve(
      programs.map(
        program =>
          new SerialRunnable(program, this.#mutex, new EagerExecution(program, this.#backend)),
      ),
    )
  }

  dispose(): Promise<void> {
    return this.#mutex.run(() => undefined)
  }
}

class EagerState implements State {
  readonly #tensors: StateEntries<Tensor>
  readonly #mutex: Mutex

  constructor(values: Named<HostTensor>, mutex: Mutex) {
    this.#mutex = mutex
    this.#tensors = new StateEntries(
      Object.entries(values).map(([name, value]) => {
        checkData(`state ${name}`, value)
        return [name, toTensor(value)] as const
      }),
    )
  }

  get names(): readonly string[] {
    return this.#tensors.names
  }

  tensor(name: string): Tensor {
    return this.#tensors.get(name)
  }

  replace(name: string, next: Tensor): void {
    this.#tensors.get(name).dispose()
    this.#tensors.set(name, next)
  }

  read(names: readonly string[] = this.names): Promise<Named<HostTensor>> {
    return this.#mutex.run(() =>
      Object.fromEntries(names.map(name => [name, toHost(this.tensor(name))])),
    )
  }

  write(values: Named<HostTensor>): Promise<void> {
    return this.#mutex.run(() => {
      for (const [name, value] of Object.entries(values))
        checkHostTensor(`state ${name}`, value, specFrom(this.tensor(name)))
      for (const [name, value] of Object.entries(values)) this.replace(name, toTensor(value))
    })
  }

  dispose(): void {
    for (const tensor of this.#tensors.clear()) tensor.dispose()
  }
}

class EagerExecution implements Execution<EagerState> {
  readonly #program: Program
  readonly #backend: string

  constructor(program: Program, backend: string) {
    this.#program = program
    this.#backend = backend
  }

  run(states: readonly EagerState[], inputs: Named<HostTensor>): Named<HostTensor> {
    const program = this.#program
    selectBackend(this.#backend)
    const owners = stateOwners(program.name, Object.keys(program.state), states)
    const stateTensors = mapNamed(program.state, (spec, name) => {
      const tensor = owners.get(name)!.tensor(name)
      checkSpec(`${program.name}: state ${name}`, specFrom(tensor), spec)
      return tensor
    })
    let outputs: Record<string, HostTensor> = {}
    const replacements = tf.tidy(() => {
      const inputTensors = mapNamed(program.inputs, (spec, name) =>
        toTensor(checkHostTensor(`${program.name}: input ${name}`, inputs[name], spec)),
      )
      const result = program.body(stateTensors, inputTensors)
      outputs = mapNamed(result.outputs, (tensor, name) =>
        toHost(checkTensor(tensor, `${program.name}: output ${name}`)),
      )
      return mapNamed(result.state ?? {}, (tensor, name) => {
        checkReplacement(program, name, tensor)
        return tensor.clone() // may be the state itself, or have two names
      })
    })
    for (const [name, tensor] of Object.entries(replacements))
      owners.get(name)!.replace(name, tensor)
    return outputs
  }

  dispose(): void {}
}

async function loadBackend(name: EagerName): Promise<LoadedBackend> {
  switch (name) {
    case 'tfjs-cpu': {
      cpuBackend()
      selectBackend('cpu')
      return { backend: 'cpu', device: 'cpu', version: tf.version_core }
    }
    case 'tfjs-wasm': {
      const wasm = await import('@tensorflow/tfjs-backend-wasm')
      wasm.setWasmPaths(
        dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep,
      )
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
      completeWasm()
      if (!(await tf.setBackend('wasm')))
        throw new UserError('tfjs-wasm', 'WebAssembly did not start', 'Use the engine tfjs-cpu')
      return { backend: 'wasm', device: 'cpu', version: wasm.version_wasm }
    }
    case 'tfjs-tensorflow': {
      await loadTfjsNode()
      selectBackend('tensorflow')
      const onGpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
      return { backend: 'tensorflow', device: onGpu ? 'cuda:0' : 'cpu', version: tf.version_core }
    }
    default:
      return unreachable(name)
  }
}

/** Takes effect at once for a backend that has been initialized. */
function selectBackend(backend: string): void {
  if (tf.getBackend() !== backend) void tf.setBackend(backend)
}

function toTensor({ data, shape, dtype }: HostTensor): Tensor {
  return tf.tensor(data.slice(), [...shape], dtype)
}

function toHost(tensor: Tensor): HostTensor {
  return { ...specFrom(tensor), data: (tensor.dataSync() as HostTensor['data']).slice() }
}

function specFrom({ shape, dtype }: Tensor): TensorSpec {
  if (dtype !== 'float32' && dtype !== 'int32')
    throw new Error(`a tensor of ${dtype} cannot leave a program; cast it to int32 or float32`)
  return { shape: [...shape], dtype }
}
