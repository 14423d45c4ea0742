import { Worker } from 'node:worker_threads'
import { compiledPath } from '../../compiled.js'
import type { OnnxProgram } from '../onnx/emit.js'
import type { HostTensor, Named } from '../program.js'
import type { StateBuffer } from './onnxruntime-state.js'
import { SpareArrays } from './spare-arrays.js'

/** What a worker thread is sent; it works through its messages in order. */
export type WorkerRequest =
  | LoadRequest
  | RunRequest
  | { readonly type: 'unload'; readonly graph: number }
  | { readonly type: 'release'; readonly buffers: readonly number[] }

/** A graph that replaces no state. */
export interface LoadRequest extends Pick<OnnxProgram, 'bytes' | 'feeds' | 'fetches'> {
  readonly type: 'load'
  readonly graph: number
  readonly threads: number
}

export interface RunRequest {
  readonly type: 'run'
  readonly call: number
  readonly graph: number
  /** State name → id of the worker's copy of its buffer. */
  readonly buffers: Readonly<Record<string, number>>
  /** Buffers whose value is new to the worker. */
  readonly changes: readonly (readonly [buffer: number, value: HostTensor])[]
  /** Inputs of each shard. */
  readonly shards: readonly Named<HostTensor>[]
}

/** Answer to a `run`. */
export type WorkerResponse =
  | { readonly call: number; readonly sums: Record<string, HostTensor> }
  | { readonly call: number; readonly error: string }

/**
 * Threads that compute shards beside an engine's own, each with a copy of the state that its shards
 * read. A thread is started when it is first needed, and again after it has ended.
 */
export class ShardWorkers {
  readonly #workers = new Map<number, ShardWorker>()
  readonly #graphs = new Map<number, LoadRequest>()
  readonly #bufferIds = new WeakMap<StateBuffer, number>()
  readonly #spareArrays = new SpareArrays()
  #graphCount = 0
  #bufferCount = 0

  /** @returns an id for the graph */
  load(graph: Omit<LoadRequest, 'type' | 'graph'>): number {
    const request: LoadRequest = { type: 'load', graph: this.#graphCount++, ...graph }
    this.#graphs.set(request.graph, request)
    for (const worker of this.#workers.values()) worker.send(request)
    return request.graph
  }

  unload(graph: number): void {
    this.#graphs.delete(graph)
    for (const worker of this.#workers.values()) worker.send({ type: 'unload', graph })
  }

  /**
   * @param index of the worker, from 0
   * @param buffers the state that the graph reads, by name
   * @param shards inputs of each shard
   * @returns the sums over the shards
   */
  run(
    index: number,
    graph: number,
    buffers: ReadonlyMap<string, StateBuffer>,
    shards: readonly Named<HostTensor>[],
  ): Promise<Named<HostTensor>> {
    const worker = this.#worker(index)
    const changes = worker
      .updateVersions(buffers.values())
      .map(buffer => [this.#bufferId(buffer), this.#copyValue(buffer)] as const)
    const ids = Object.fromEntries(
      [...buffers].map(([name, buffer]) => [name, this.#bufferId(buffer)]),
    )
    return worker.run({ graph, buffers: ids, changes, shards })
  }

  /** Takes arrays that are no longer used; changed state is sent in them. */
  recycle(tensors: Named<HostTensor>): void {
    for (const { data } of Object.values(tensors))
      if (data instanceof Float32Array) this.#spareArrays.recycle(data)
  }

  /** Releases the workers' copies of buffers. */
  releaseBuffers(buffers: ReadonlySet<StateBuffer>): void {
    this.#spareArrays.clear()
    for (const worker of this.#workers.values()) {
      const copies = [...buffers].filter(buffer => worker.removeVersion(buffer))
      if (copies.length > 0)
        worker.send({ type: 'release', buffers: copies.map(buffer => this.#bufferId(buffer)) })
    }
  }

  async dispose(): Promise<void> {
    this.#graphs.clear()
    this.#spareArrays.clear()
    await Promise.all([...this.#workers.values()].map(worker => worker.terminate()))
  }

  #worker(index: number): ShardWorker {
    const existing = this.#workers.get(index)
    if (existing) return existing
    const worker = new ShardWorker(() => this.#workers.delete(index))
    this.#workers.set(index, worker)
    for (const graph of this.#graphs.values()) worker.send(graph)
    return worker
  }

  #bufferId(buffer: StateBuffer): number {
    const id = this.#bufferIds.get(buffer) ?? this.#bufferCount++
    this.#bufferIds.set(buffer, id)
    return id
  }

  #copyValue({ data, spec }: StateBuffer): HostTensor {
    return {
      ...spec,
      data: data instanceof Float32Array ? this.#spareArrays.copy(data) : data.slice(),
    }
  }
}

interface PendingCall {
  resolve(sums: Named<HostTensor>): void
  reject(error: Error): void
}

/** One thread. It keeps the process alive only while calls are pending. */
class ShardWorker {
  readonly #thread = new Worker(compiledPath('compile/engines/onnxruntime-worker'), {
    execArgv: [],
  })
  readonly #versions = new Map<StateBuffer, number>()
  readonly #pendingCalls = new Map<number, PendingCall>()
  #callCount = 0
  #phase: 'running' | 'ended' = 'running'

  /** @param onEnd called once, when the thread has ended; its pending calls are rejected then */
  constructor(onEnd: () => void) {
    const end = (error: Error): void => {
      if (this.#phase === 'ended') return
      this.#phase = 'ended'
      onEnd()
      for (const { reject } of this.#pendingCalls.values()) reject(error)
      this.#pendingCalls.clear()
    }
    this.#thread.on('message', (response: WorkerResponse) => this.#settle(response))
    this.#thread.on('error', end)
    this.#thread.on('exit', code => end(new Error(`a thread of the engine ended with ${code}`)))
    this.#thread.unref()
  }

  send(request: WorkerRequest, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread.postMessage(request, transfer)
  }

  run(request: Omit<RunRequest, 'type' | 'call'>): Promise<Named<HostTensor>> {
    const call = this.#callCount++
    return new Promise((resolve, reject) => {
      this.#pendingCalls.set(call, { resolve, reject })
      this.#thread.ref()
      this.send(
        { type: 'run', call, ...request },
        request.changes.map(([, { data }]) => data.buffer as ArrayBuffer),
      )
    })
  }

  /** @returns the buffers whose value the thread does not have; it counts as sent from now on */
  updateVersions(buffers: Iterable<StateBuffer>): StateBuffer[] {
    const changed = [...buffers].filter(buffer => this.#versions.get(buffer) !== buffer.version)
    for (const buffer of changed) this.#versions.set(buffer, buffer.version)
    return changed
  }

  /** @returns whether the thread had a copy of the buffer */
  removeVersion(buffer: StateBuffer): boolean {
    return this.#versions.delete(buffer)
  }

  async terminate(): Promise<void> {
    await this.#thread.terminate()
  }

  #settle(response: WorkerResponse): void {
    const pending = this.#pendingCalls.get(response.call)
    this.#pendingCalls.delete(response.call)
    if (this.#pendingCalls.size === 0) this.#thread.unref()
    if ('sums' in response) pending?.resolve(response.sums)
    else pending?.reject(new Error(response.error))
  }
}
