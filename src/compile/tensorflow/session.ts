import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { TfjsNode } from '../engines/tensorflow-package.js'
import type { DType, HostTensor } from '../program.js'
import { encodeSavedModel, savedModelTag } from './model.js'
import type { TfNode } from './model.js'

/**
 * A tensor that TensorFlow holds, outside of any graph; to be released. On the CPU going in and out
 * of a graph costs no copy.
 */
export type Handle = number

/** A graph with the memory of its variables. */
export type Session = number

/**
 * The few doors of tfjs-node's native side that are needed here, with the names in use made plain.
 */
export interface Tensorflow {
  readonly version: string
  readonly onGpu: boolean
  /** @param bytes a SavedModel */
  open(bytes: Uint8Array): Session
  close(session: Session): void
  /** @param feeds by node name @param fetches node names @returns a new handle for each fetch */
  run(session: Session, feeds: ReadonlyMap<string, Handle>, fetches: readonly string[]): Handle[]
  /** The array must stay as it is until the release. */
  lend(tensor: HostTensor): Handle
  /** A copy: the array may go. */
  give(tensor: HostTensor): Handle
  /** @returns a copy */
  read(handle: Handle): HostTensor['data']
  release(handle: Handle): void
  /** Handles that were not released yet, sessions that are open. */
  counts(): { readonly handles: number; readonly sessions: number }
  dispose(): void
}

/** What TensorFlow's native side is to TypeScript: tfjs-node has no types for it. */
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

const dtypes: Readonly<Record<DType, number>> = { float32: 1, int32: 3 }

/** @param tfjsNode loaded; the backend that was current before may be current again */
export function tensorflowOf(_tfjsNode: TfjsNode): Tensorflow {
  const backend = tf.findBackend('tensorflow') as unknown as {
    readonly binding: Binding
    readonly isUsingGpuDevice: boolean
  }
  const { binding } = backend
  const copies = new Map<DType, Session>()

  const tensorflow: Tensorflow = {
    version: binding.TF_Version,
    onGpu: backend.isUsingGpuDevice,
    open(bytes) {
      const folder = mkdtempSync(join(tmpdir(), 'tune-graph-'))
      try {
        writeFileSync(join(folder, 'saved_model.pb'), bytes)
        return binding.loadSavedModel(folder, savedModelTag)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    close: session => binding.deleteSavedModel(session),
    run: (session, feeds, fetches) =>
      binding
        .runSavedModel(
          session,
          [...feeds.values()],
          [...feeds.keys()].map(first).join(),
          fetches.map(first).join(),
        )
        .map(({ id }) => id),
    lend: ({ shape, dtype, data }) => binding.createTensor(shape, dtypes[dtype], data),
    give(tensor) {
      const { dtype } = tensor
      if (!copies.has(dtype)) copies.set(dtype, tensorflow.open(encodeSavedModel(copying(dtype))))
      const lent = tensorflow.lend(tensor)
      try {
        return tensorflow.run(copies.get(dtype)!, new Map([['lent', lent]]), ['copy'])[0]!
      } finally {
        tensorflow.release(lent)
      }
    },
    read: handle => binding.tensorDataSync(handle),
    release: handle => binding.deleteTensor(handle),
    counts: () => ({ handles: binding.getNumOfTensors(), sessions: binding.getNumOfSavedModels() }),
    dispose() {
      for (const session of copies.values()) tensorflow.close(session)
      copies.clear()
    },
  }
  return tensorflow
}

function first(node: string): string {
  return `${node}:0`
}

/**
 * tfjs-node lends TensorFlow the memory of a typed array, and takes it back on whatever thread lets
 * go of it last: nothing may keep it.
 */
function copying(dtype: DType): TfNode[] {
  const device = '/device:CPU:0'
  return [
    {
      name: 'lent',
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type: dtype }, shape: { shape: null } },
      device,
    },
    { name: 'copy', op: 'DeepCopy', inputs: ['lent'], attributes: { T: { type: dtype } }, device },
  ]
}
