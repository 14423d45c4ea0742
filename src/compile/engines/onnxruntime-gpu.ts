import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { UserError } from '../../errors.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import { emitOnnx } from '../onnx/emit.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { mapNamed, trace } from '../trace/trace.js'
import { checkFits, checkHost, checkSpec, resolveState } from './host.js'
import { Mutex } from '../../util/mutex.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import type { Onnxruntime } from './onnxruntime-package.js'

/**
 * onnxruntime's ways to a GPU: WebGPU by any driver for Vulkan, Metal or Direct3D 12; CUDA where
 * its libraries are installed.
 */
export type Provider = 'webgpu' | 'cuda'

/**
 * Programs as ONNX graphs on a GPU.
 *
 * With WebGPU, state of float32 stays on the device: a run takes tensors that are there and leaves
 * its own there; inputs go there and outputs come back. With CUDA onnxruntime-node keeps nothing on
 * the device, so all goes to and fro at each run.
 *
 * One engine at a time may compute in a process: the providers share one device, and it is not made
 * for several threads.
 *
 * @throws UserError when onnxruntime-node isn't installed, or the provider finds no device
 */
export async function createGpuEngine(
  provider: Provider,
  { threads }: EngineOptions,
): Promise<Engine> {
  const { ort, version } = await loadOnnxruntime()
  const name = `onnxruntime-${provider}` as const
  const mutex = new Mutex()
  const device = createDevice(ort, provider, threads)
  const runnables = new Set<Runnable>()
  await device.open(emitOnnx(trace(copyProgram([1]))).bytes, 'cpu').then(
    session => session.release(),
    (error: unknown) => {
      throw new UserError(name, `does not start: ${problemOf(error)}`, remedies[provider])
    },
  )
  return {
    name,
    device: provider === 'cuda' ? 'cuda:0' : provider,
    version,
    shardCount: () => 1,
    createState: values => mutex.run(() => createState(device, values, mutex)),
    load: programs =>
      mutex.run(() =>
        Promise.resolve(
          programs.map(program => {
            const runnable = createRunnable(device, program, mutex)
            runnables.add(runnable)
            return runnable
          }),
        ),
      ),
    dispose: async () => {
      for (const runnable of runnables) runnable.dispose()
      runnables.clear()
      await mutex.run(() => device.close())
    },
  }
}

const remedies: Readonly<Record<Provider, string>> = {
  webgpu: "Install the GPU's driver, on Linux also libvulkan1, or use the engine onnxruntime",
  cuda: 'Install onnxruntime-node with its scripts, which fetch its CUDA libraries (npm rebuild onnxruntime-node --ignore-scripts=false), and CUDA and cuDNN beside them; or use another engine',
}

/**
 * The words alone: onnxruntime's own begin with a place in its source and the check that failed
 * there.
 */
function problemOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n')[0]!
    .replace(/^.* was false\. /, '')
    .replace(/^\/onnxruntime_src\S* \S+ .*?\) /, '')
    .replace(/\.$/, '')
}

type Place = 'cpu' | 'gpu-buffer'

/** Sessions on the device, and the way to it and back. */
interface Device {
  /** Where state of this kind is between runs. */
  home(spec: TensorSpec): Place
  open(model: Uint8Array, outputs: Place | Named<Place>): Promise<InferenceSession>
  tensor(value: HostTensor): OrtTensor
  upload(value: HostTensor): Promise<OrtTensor>
  download(tensor: OrtTensor): Promise<HostTensor>
  close(): Promise<void>
}

/**
 * onnxruntime-node 1.30 aborts when asked to read a tensor from the device; a session that copies
 * reads it.
 */
function createDevice(ort: Onnxruntime, provider: Provider, threads: number): Device {
  // Whole numbers are few, and WebGPU's provider copies none.
  const home: Device['home'] = ({ dtype }) =>
    provider === 'webgpu' && dtype === 'float32' ? 'gpu-buffer' : 'cpu'
  const copiers = new Map<string, Promise<InferenceSession>>()
  const open: Device['open'] = (model, outputs) =>
    ort.InferenceSession.create(model, {
      executionProviders: [provider],
      preferredOutputLocation: outputs,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    })
  const copy = async (tensor: OrtTensor, to: Place): Promise<OrtTensor> => {
    const key = `${tensor.dims.join('x')} ${to}`
    let copier = copiers.get(key)
    if (!copier) {
      copier = open(emitOnnx(trace(copyProgram(tensor.dims))).bytes, to)
      copiers.set(key, copier)
      copier.catch(() => copiers.delete(key))
    }
    const session = await copier
    const results = await session.run({ [session.inputNames[0]!]: tensor })
    return results[session.outputNames[0]!]!
  }
  const tensor = ({ dtype, data, shape }: HostTensor): OrtTensor =>
    dtype === 'float32'
      ? new ort.Tensor('float32', data as Float32Array, shape)
      : new ort.Tensor('int32', data as Int32Array, shape)
  return {
    home,
    open,
    tensor,
    upload: value =>
      home(value) === 'cpu'
        ? Promise.resolve(tensor({ ...value, data: value.data.slice() }))
        : copy(tensor(value), 'gpu-buffer'),
    download: async from => toHost(from.location === 'cpu' ? from : await copy(from, 'cpu')),
    async close() {
      for (const copier of copiers.values()) await (await copier).release()
      copiers.clear()
    },
  }
}

function copyProgram(shape: readonly number[]): Program {
  return {
    name: 'copy',
    state: {},
    inputs: { x: { shape, dtype: 'float32' } },
    body: (_, { x }) => ({ outputs: { y: x!.clone() } }),
  }
}

interface Slot {
  readonly spec: TensorSpec
  current: OrtTensor
}

interface DeviceState extends State {
  slot(name: string): Slot
}

async function createState(
  device: Device,
  values: Named<HostTensor>,
  mutex: Mutex,
): Promise<DeviceState> {
  const slots = new Map<string, Slot>()
  for (const [name, value] of Object.entries(values)) {
    checkHost(`state ${name}`, value)
    slots.set(name, {
      spec: { shape: [...value.shape], dtype: value.dtype },
      current: await device.upload(value),
    })
  }
  const slot = (name: string): Slot => {
    const found = slots.get(name)
    if (!found)
      throw new Error(
        `no state ${name}; there are ${[...slots.keys()].join(', ') || 'none: it was disposed'}`,
      )
    return found
  }
  return {
    names: [...slots.keys()],
    slot,
    read: (names = [...slots.keys()]) =>
      mutex.run(async () => {
        const read: Record<string, HostTensor> = {}
        for (const name of names) {
          const { data } = await device.download(slot(name).current)
          read[name] = { ...slot(name).spec, data: data.slice() }
        }
        return read
      }),
    write: next =>
      mutex.run(async () => {
        for (const [name, value] of Object.entries(next))
          checkFits(`state ${name}`, value, slot(name).spec)
        for (const [name, value] of Object.entries(next))
          replace(slot(name), await device.upload(value))
      }),
    dispose: () =>
      void mutex.run(() => {
        for (const { current } of slots.values()) current.dispose()
        slots.clear()
        return Promise.resolve()
      }),
  }
}

function createRunnable(device: Device, program: Program, mutex: Mutex): Runnable {
  const { bytes, feeds, fetches } = emitOnnx(trace(program))
  const places = mapNamed(fetches, ({ kind, name }): Place =>
    kind === 'output' ? 'cpu' : device.home(program.state[name]!),
  )
  const names = [...Object.values(feeds), ...Object.values(fetches)].flatMap(({ kind, name }) =>
    kind === 'state' ? [name] : [],
  )
  let model: Uint8Array | null = bytes
  let session: InferenceSession | null = null
  let disposed = false
  return {
    run: (states, inputs) =>
      mutex.run(async () => {
        if (disposed) throw new Error(`${program.name}: was disposed`)
        session ??= await device.open(model!, places)
        model = null
        const list = (Array.isArray(states) ? states : [states]) as readonly DeviceState[]
        const slots = new Map<string, Slot>()
        for (const [name, state] of resolveState(program.name, new Set(names), list)) {
          const slot = state.slot(name)
          checkSpec(`${program.name}: state ${name}`, slot.spec, program.state[name]!)
          slots.set(name, slot)
        }
        const given = mapNamed(feeds, ({ kind, name }) =>
          kind === 'state'
            ? slots.get(name)!.current
            : device.tensor(
                checkFits(`${program.name}: input ${name}`, inputs[name], program.inputs[name]!),
              ),
        )
        const results = await session.run(given)
        const outputs: Record<string, HostTensor> = {}
        for (const [key, { kind, name }] of Object.entries(fetches)) {
          if (kind === 'state') replace(slots.get(name)!, results[key]!)
          else outputs[name] = toHost(results[key]!)
        }
        return outputs
      }),
    dispose: () => {
      disposed = true
      model = null
      void mutex.run(async () => {
        await session?.release()
        session = null
      })
    },
  }
}

/** The device's memory is given back at once, not when JavaScript's is next looked through. */
function replace(slot: Slot, next: OrtTensor): void {
  slot.current.dispose()
  slot.current = next
}

function toHost(tensor: OrtTensor): HostTensor {
  return {
    shape: [...tensor.dims],
    dtype: tensor.type as HostTensor['dtype'],
    data: tensor.data as HostTensor['data'],
  }
}
