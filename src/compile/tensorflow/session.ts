import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { DType, HostTensor } from '../program.js'
import { dataTypes, encodeSavedModel, savedModelTag } from './model.js'
import type { TfNode } from './model.js'

/**
 * A tensor of TensorFlow outside of any graph, to be released. On the CPU, feeding and fetching it
 * costs no copy.
 */
export type Handle = number

/** A graph with its variables. */
export type Session = number

/** The part of TensorFlow's native interface that the engine uses. */
export interface Tensorflow {
  readonly version: string
  readonly onGpu: boolean
  /** @param bytes a SavedModel */
  open(bytes: Uint8Array): Session
  close(session: Session): void
  /** @param feeds by node name @param fetches node names @returns a new handle for each fetch */
  run(session: Session, feeds: ReadonlyMap<string, Handle>, fetches: readonly string[]): Handle[]
  /** Shares the array, which must not change until the release. */
  share(tensor: HostTensor): Handle
  copy(tensor: HostTensor): Handle
  /** @returns a copy */
  read(handle: Handle): HostTensor['data']
  release(handle: Handle): void
  /** Handles that are not released, sessions that are open. */
  counts(): { readonly handles: number; readonly sessions: number }
  dispose(): void
}

/** tfjs-node's native module, which has no types. */
type Binding = TfjsBinding & { readonly TF_Version: string }

interface TfjsBinding {
  createTensor(shape: readonly number[], dtype: number, data: HostTensor['data']): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): HostTensor['data']
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): { readonly id: number }[]
  getNumOfTensors(): number
  getNumOfSavedModels(): number
}

/** TensorFlow by tfjs-node's native module, which `loadTfjsNode` must have loaded before. */
export class NativeTensorflow implements Tensorflow {
  readonly version: string
  readonly onGpu: boolean
  readonly #binding: Binding
  /** Sessions of graphs that copy a tensor. */
  readonly #copySessions = new Map<DType, Session>()

  constructor() {
    const { binding, isUsingGpuDevice } = tf.findBackend('tensorflow') as unknown as {
      readonly binding: Binding
      readonly isUsingGpuDevice: boolean
    }
    this.#binding = binding
    this.version = binding.TF_Version
    this.onGpu = isUsingGpuDevice
  }

  open(bytes: Uint8Array): Session {
    const folder = mkdtempSync(join(tmpdir(), 'tune-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), bytes)
      return this.#binding.loadSavedModel(folder, savedModelTag)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  close(session: Session): void {
    this.#binding.deleteSavedModel(session)
  }

  run(session: Session, feeds: ReadonlyMap<string, Handle>, fetches: readonly string[]): Handle[] {
    return this.#binding
      .runSavedModel(
        session,
        [...feeds.values()],
        [...feeds.keys()].map(firstOutput).join(),
        fetches.map(firstOutput).join(),
      )
      .map(({ id }) => id)
  }

  share({ shape, dtype, data }: HostTensor): Handle {
    return this.#binding.createTensor(shape, dataTypes[dtype], data)
  }

  copy(tensor: HostTensor): Handle {
    const session = this.#copySession(tensor.dtype)
    const shared = this.share(tensor)
    try {
      return this.run(session, new Map([['shared', shared]]), ['copy'])[0]!
    } finally {
      this.release(shared)
    }
  }

  read(handle: Handle): HostTensor['data'] {
    return this.#binding.tensorDataSync(handle)
  }

  release(handle: Handle): void {
    this.#binding.deleteTensor(handle)
  }

  counts(): { readonly handles: number; readonly sessions: number } {
    return {
      handles: this.#binding.getNumOfTensors(),
      sessions: this.#binding.getNumOfSavedModels(),
    }
  }

  dispose(): void {
    for (const session of this.#copySessions.values()) this.close(session)
    this.#copySessions.clear()
  }

  #copySession(dtype: DType): Session {
    const session = this.#copySessions.get(dtype) ?? this.open(encodeSavedModel(copyGraph(dtype)))
    this.#copySessions.set(dtype, session)
    return session
  }
}

function firstOutput(node: string): string {
  return `${node}:0`
}

/**
 * tfjs-node shares a typed array's memory with TensorFlow, and frees it on whichever thread
 * releases it last: no variable may keep it.
 */
function copyGraph(dtype: DType): TfNode[] {
  const device = '/device:CPU:0'
  return [
    {
      name: 'shared',
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type: dtype }, shape: { shape: null } },
      device,
    },
    {
      name: 'copy',
      op: 'DeepCopy',
      inputs: ['shared'],
      attributes: { T: { type: dtype } },
      device,
    },
  ]
}
