import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { UserError, unreachable } from '../../errors.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { checkReplacement, checkTensor, mapNamed } from '../trace/trace.js'
import { cpuBackend } from './cpu-backend.js'
import { checkFits, checkHost, checkSpec, resolveState } from './host.js'
import { Mutex } from '../../util/mutex.js'
import { loadTfjsNode } from './tensorflow-package.js'
import { completeWasm } from './wasm-kernels.js'

export type EagerName = 'tfjs-tensorflow' | 'tfjs-wasm' | 'tfjs-cpu'

/**
 * Programs operation by operation, on one of tfjs's own backends. Slower than a graph, but it runs
 * whatever tfjs can, also bodies that can't be traced.
 *
 * @throws UserError when the backend doesn't load here
 */
export async function createEagerEngine(name: EagerName, _options: EngineOptions): Promise<Engine> {
  const { backend, device, version } = await loadBackend(name)
  const mutex = new Mutex()
  return {
    name,
    device,
    version,
    shardCount: () => 1,
    createState: values =>
      mutex.run(() => {
        use(backend)
        return Promise.resolve(createState(values, mutex))
      }),
    load: programs =>
      Promise.resolve(programs.map(program => createRunnable(program, backend, mutex))),
    dispose: () => mutex.run(() => Promise.resolve()),
  }
}

interface EagerState extends State {
  tensor(name: string): Tensor
  replace(name: string, tensor: Tensor): void
}

function createState(values: Named<HostTensor>, mutex: Mutex): EagerState {
  const tensors = new Map<string, Tensor>()
  for (const [name, value] of Object.entries(values)) {
    checkHost(`state ${name}`, value)
    tensors.set(name, toTensor(value))
  }
  const tensor = (name: string): Tensor => {
    const found = tensors.get(name)
    if (!found)
      throw new Error(
        `no state ${name}; there are ${[...tensors.keys()].join(', ') || 'none: it was disposed'}`,
      )
    return found
  }
  const replace = (name: string, next: Tensor): void => {
    tensor(name).dispose()
    tensors.set(name, next)
  }
  return {
    names: [...tensors.keys()],
    tensor,
    replace,
    read: (names = [...tensors.keys()]) =>
      mutex.run(() =>
        Promise.resolve(Object.fromEntries(names.map(name => [name, toHost(tensor(name))]))),
      ),
    write: next =>
      mutex.run(() => {
        for (const [name, value] of Object.entries(next))
          checkFits(`state ${name}`, value, specOf(tensor(name)))
        for (const [name, value] of Object.entries(next)) replace(name, toTensor(value))
        return Promise.resolve()
      }),
    dispose: () => {
      for (const held of tensors.values()) held.dispose()
      tensors.clear()
    },
  }
}

function createRunnable(program: Program, backend: string, mutex: Mutex): Runnable {
  let disposed = false
  return {
    run: (states, inputs) =>
      mutex.run(() => {
        if (disposed) throw new Error(`${program.name}: was disposed`)
        use(backend)
        const list = (Array.isArray(states) ? states : [states]) as readonly EagerState[]
        const owners = resolveState(program.name, Object.keys(program.state), list)
        const bound = mapNamed(program.state, (spec, name) => {
          const tensor = owners.get(name)!.tensor(name)
          checkSpec(`${program.name}: state ${name}`, specOf(tensor), spec)
          return tensor
        })
        let outputs: Record<string, HostTensor> = {}
        const replaced = tf.tidy(() => {
          const fed = mapNamed(program.inputs, (spec, name) =>
            toTensor(checkFits(`${program.name}: input ${name}`, inputs[name], spec)),
          )
          const result = program.body(bound, fed)
          outputs = mapNamed(result.outputs, (tensor, name) =>
            toHost(checkTensor(tensor, `${program.name}: output ${name}`)),
          )
          return mapNamed(result.state ?? {}, (tensor, name) => {
            checkReplacement(program, name, tensor)
            return tensor.clone() // may be the state itself, or be named twice
          })
        })
        for (const [name, tensor] of Object.entries(replaced))
          owners.get(name)!.replace(name, tensor)
        return Promise.resolve(outputs)
      }),
    dispose: () => {
      disposed = true
    },
  }
}

async function loadBackend(
  name: EagerName,
): Promise<{ readonly backend: string; readonly device: string; readonly version: string }> {
  switch (name) {
    case 'tfjs-cpu': {
      cpuBackend()
      use('cpu')
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
      use('tensorflow')
      const onGpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
      return { backend: 'tensorflow', device: onGpu ? 'cuda:0' : 'cpu', version: tf.version_core }
    }
    default:
      return unreachable(name)
  }
}

/** Takes effect at once for a backend that has been initialised. */
function use(backend: string): void {
  if (tf.getBackend() !== backend) void tf.setBackend(backend)
}

function toTensor({ data, shape, dtype }: HostTensor): Tensor {
  return tf.tensor(data.slice(), [...shape], dtype)
}

function toHost(tensor: Tensor): HostTensor {
  return { ...specOf(tensor), data: (tensor.dataSync() as HostTensor['data']).slice() }
}

function specOf({ shape, dtype }: Tensor): TensorSpec {
  if (dtype !== 'float32' && dtype !== 'int32')
    throw new Error(`a tensor of ${dtype} cannot leave a program; cast it to int32 or float32`)
  return { shape: [...shape], dtype }
}
