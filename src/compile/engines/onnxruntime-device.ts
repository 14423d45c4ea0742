import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { emitOnnx } from '../onnx/emit.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { trace } from '../trace/trace.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { toHost, toOrt } from './onnxruntime-tensors.js'

/**
 * onnxruntime's ways to a GPU: WebGPU by any driver for Vulkan, Metal or Direct3D 12; CUDA where
 * its libraries are installed.
 */
export type Provider = 'webgpu' | 'cuda'

/** Where onnxruntime keeps a tensor. */
export type TensorLocation = 'cpu' | 'gpu-buffer'

/**
 * Sessions on a GPU, and copies to and from its memory. A session copies: onnxruntime-node 1.30
 * aborts when it is to read a tensor from the device.
 */
export class GpuDevice {
  readonly #ort: Onnxruntime
  readonly #provider: Provider
  readonly #threads: number
  readonly #copySessions = new Map<string, Promise<InferenceSession>>()

  constructor(ort: Onnxruntime, provider: Provider, threads: number) {
    this.#ort = ort
    this.#provider = provider
    this.#threads = threads
  }

  /** Opens and closes a session. @throws Error when the provider finds no device */
  async check(): Promise<void> {
    const session = await this.#openCopySession([1], 'cpu')
    await session.release()
  }

  /** Where state of this spec is between runs. */
  stateLocation({ dtype }: TensorSpec): TensorLocation {
    // Integers are few, and WebGPU's provider copies none.
    return this.#provider === 'webgpu' && dtype === 'float32' ? 'gpu-buffer' : 'cpu'
  }

  open(
    model: Uint8Array,
    outputs: TensorLocation | Named<TensorLocation>,
  ): Promise<InferenceSession> {
    return this.#ort.InferenceSession.create(model, {
      executionProviders: [this.#provider],
      preferredOutputLocation: outputs,
      intraOpNumThreads: this.#threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    })
  }

  /** @returns a tensor on the host that shares its data with the argument */
  hostTensor(value: HostTensor): OrtTensor {
    return toOrt(this.#ort, value, value.data)
  }

  async upload(value: HostTensor): Promise<OrtTensor> {
    return this.stateLocation(value) === 'cpu'
      ? this.hostTensor({ ...value, data: value.data.slice() })
      : this.#copy(this.hostTensor(value), 'gpu-buffer')
  }

  async download(tensor: OrtTensor): Promise<HostTensor> {
    return toHost(tensor.location === 'cpu' ? tensor : await this.#copy(tensor, 'cpu'))
  }

  async dispose(): Promise<void> {
    for (const session of this.#copySessions.values()) await (await session).release()
    this.#copySessions.clear()
  }

  async #copy(tensor: OrtTensor, target: TensorLocation): Promise<OrtTensor> {
    const session = await this.#copySession(tensor.dims, target)
    const results = await session.run({ [session.inputNames[0]!]: tensor })
    return results[session.outputNames[0]!]!
  }

  #copySession(shape: readonly number[], target: TensorLocation): Promise<InferenceSession> {
    const key = `${shape.join('x')} ${target}`
    const existing = this.#copySessions.get(key)
    if (existing) return existing
    const session = this.#openCopySession(shape, target)
    this.#copySessions.set(key, session)
    session.catch(() => this.#copySessions.delete(key))
    return session
  }

  #openCopySession(shape: readonly number[], target: TensorLocation): Promise<InferenceSession> {
    return this.open(emitOnnx(trace(copyProgram(shape))).bytes, target)
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
