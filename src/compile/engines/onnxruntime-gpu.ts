import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { UserError } from '../../errors.js'
import { Mutex } from '../../util/mutex.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import { emitOnnx } from '../onnx/emit.js'
import type { OnnxProgram } from '../onnx/emit.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { mapNamed, trace } from '../trace/trace.js'
import { checkData, checkHostTensor, checkSpec, stateOwners } from './host-tensors.js'
import { GpuDevice } from './onnxruntime-device.js'
import type { Provider, TensorLocation } from './onnxruntime-device.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import { toHost } from './onnxruntime-tensors.js'
import { SerialRunnable } from './serial-runnable.js'
import type { Execution } from './serial-runnable.js'
import { StateEntries } from './state-entries.js'

/**
 * Programs as ONNX graphs on a GPU.
 *
 * With WebGPU, state of float32 stays on the device: a run reads it there and leaves the new state
 * there; inputs are copied to the device and outputs back. With CUDA onnxruntime-node keeps nothing
 * on the device: every run copies everything in both directions.
 *
 * Only one engine may compute in a process at a time: the providers share one device, which does
 * not support several threads.
 *
 * @throws UserError when onnxruntime-node isn't installed, or the provider finds no device
 */
export async function createGpuEngine(
  provider: Provider,
  { threads }: EngineOptions,
): Promise<Engine> {
  const { ort, version } = await loadOnnxruntime()
  const device = new GpuDevice(ort, provider, threads)
  try {
    await device.check()
  } catch (error) {
    const problem = `does not start: ${messageWithoutSource(error)}`
    throw new UserError(`onnxruntime-${provider}`, problem, remedies[provider])
  }
  return new GpuEngine(device, provider, version)
}

const remedies: Readonly<Record<Provider, string>> = {
  webgpu: "Install the GPU's driver, on Linux also libvulkan1, or use the engine onnxruntime",
  cuda:
    'Install onnxruntime-node with its scripts, which fetch its CUDA libraries ' +
    '(npm rebuild onnxruntime-node --ignore-scripts=false), and CUDA and cuDNN beside them; ' +
    'or use another engine',
}

/** onnxruntime's messages begin with a place in its source and the check that failed there. */
function messageWithoutSource(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n')[0]!
    .replace(/^.* was false\. /, '')
    .replace(/^\/onnxruntime_src\S* \S+ .*?\) /, '')
    .replace(/\.$/, '')
}

class GpuEngine implements Engine {
  readonly name: `onnxruntime-${Provider}`
  readonly device: string
  readonly version: string
  readonly #device: GpuDevice
  readonly #mutex = new Mutex()
  readonly #runnables = new Set<Runnable>()

  constructor(device: GpuDevice, provider: Provider, version: string) {
    this.name = `onnxruntime-${provider}`
    this.device = provider === 'cuda' ? 'cuda:0' : provider
    this.version = version
    this.#device = device
  }

  shardCount(): number {
    return 1
  }

  createState(values: Named<HostTensor>): Promise<State> {
    return this.#mutex.run(() => createState(this.#device, values, this.#mutex))
  }

  load(programs: readonly Program[]): Promise<readonly Runnable[]> {
    return this.#mutex.run(() => programs.map(program => this.#createRunnable(program)))
  }

  async dispose(): Promise<void> {
    for (const runnable of this.#runnables) runnable.dispose()
    this.#runnables.clear()
    await this.#mutex.run(() => this.#device.dispose())
  }

  #createRunnable(program: Program): Runnable {
    const execution = new GpuExecution(this.#device, program)
    const runnable = new SerialRunnable(program, this.#mutex, execution)
    this.#runnables.add(runnable)
    return runnable
  }
}

/** A tensor of a state, on the device or the host. */
class DeviceBuffer {
  readonly spec: TensorSpec
  #current: OrtTensor

  constructor({ shape, dtype }: TensorSpec, current: OrtTensor) {
    this.spec = { shape: [...shape], dtype }
    this.#current = current
  }

  get current(): OrtTensor {
    return this.#current
  }

  /** Frees the device's memory of the old value at once, not at the next garbage collection. */
  replace(next: OrtTensor): void {
    this.#current.dispose()
    this.#current = next
  }

  dispose(): void {
    this.#current.dispose()
  }
}

async function createState(
  device: GpuDevice,
  values: Named<HostTensor>,
  mutex: Mutex,
): Promise<GpuState> {
  const entries: [string, DeviceBuffer][] = []
  for (const [name, value] of Object.entries(values)) {
    checkData(`state ${name}`, value)
    entries.push([name, new DeviceBuffer(value, await device.upload(value))])
  }
  return new GpuState(device, new StateEntries(entries), mutex)
}

class GpuState implements State {
  readonly #device: GpuDevice
  readonly #buffers: StateEntries<DeviceBuffer>
  readonly #mutex: Mutex

  constructor(device: GpuDevice, buffers: StateEntries<DeviceBuffer>, mutex: Mutex) {
    this.#device = device
    this.#buffers = buffers
    this.#mutex = mutex
  }

  get names(): readonly string[] {
    return this.#buffers.names
  }

  buffer(name: string): DeviceBuffer {
    return this.#buffers.get(name)
  }

  read(names: readonly string[] = this.names): Promise<Named<HostTensor>> {
    return this.#mutex.run(async () => {
      const values: Record<string, HostTensor> = {}
      for (const name of names) {
        const { spec, current } = this.buffer(name)
        const { data } = await this.#device.download(current)
        values[name] = { ...spec, data: data.slice() }
      }
      return values
    })
  }

  write(values: Named<HostTensor>): Promise<void> {
    return this.#mutex.run(async () => {
      for (const [name, value] of Object.entries(values))
        checkHostTensor(`state ${name}`, value, this.buffer(name).spec)
      for (const [name, value] of Object.entries(values))
        this.buffer(name).replace(await this.#device.upload(value))
    })
  }

  dispose(): void {
    void this.#mutex.run(() => {
      for (const buffer of this.#buffers.clear()) buffer.dispose()
    })
  }
}

class GpuExecution implements Execution<GpuState> {
  readonly #device: GpuDevice
  readonly #program: Program
  readonly #feeds: OnnxProgram['feeds']
  readonly #fetches: OnnxProgram['fetches']
  readonly #stateNames: ReadonlySet<string>
  /** Released once the session is open. */
  #model: Uint8Array | null
  #session: InferenceSession | null = null

  constructor(device: GpuDevice, program: Program) {
    const { bytes, feeds, fetches } = emitOnnx(trace(program))
    this.#device = device
    this.#program = program
    this.#model = bytes
    this.#feeds = feeds
    this.#fetches = fetches
    this.#stateNames = new Set(
      [...Object.values(feeds), ...Object.values(fetches)].flatMap(({ kind, name }) =>
        kind === 'state' ? [name] : [],
      ),
    )
  }

  async run(states: readonly GpuState[], inputs: Named<HostTensor>): Promise<Named<HostTensor>> {
    const session = await this.#openSession()
    const buffers = this.#findBuffers(states)
    const { name: program, inputs: specs } = this.#program
    const fedTensors = mapNamed(this.#feeds, ({ kind, name }) =>
      kind === 'state'
        ? buffers.get(name)!.current
        : this.#device.hostTensor(
            checkHostTensor(`${program}: input ${name}`, inputs[name], specs[name]!),
          ),
    )
    const results = await session.run(fedTensors)
    const outputs: Record<string, HostTensor> = {}
    for (const [key, { kind, name }] of Object.entries(this.#fetches)) {
      if (kind === 'state') buffers.get(name)!.replace(results[key]!)
      else outputs[name] = toHost(results[key]!)
    }
    return outputs
  }

  async dispose(): Promise<void> {
    this.#model = null
    await this.#session?.release()
    this.#session = null
  }

  async #openSession(): Promise<InferenceSession> {
    const outputLocations = mapNamed(this.#fetches, ({ kind, name }): TensorLocation =>
      kind === 'output' ? 'cpu' : this.#device.stateLocation(this.#program.state[name]!),
    )
    this.#session ??= await this.#device.open(this.#model!, outputLocations)
    this.#model = null
    return this.#session
  }

  #findBuffers(states: readonly GpuState[]): Map<string, DeviceBuffer> {
    const { name: program, state: specs } = this.#program
    const buffers = new Map<string, DeviceBuffer>()
    for (const [name, state] of stateOwners(program, this.#stateNames, states)) {
      const buffer = state.buffer(name)
      checkSpec(`${program}: state ${name}`, buffer.spec, specs[name]!)
      buffers.set(name, buffer)
    }
    return buffers
  }
}
