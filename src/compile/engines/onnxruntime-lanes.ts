import { Worker } from 'node:worker_threads'
import { compiledPath } from '../../compiled.js'
import type { OnnxProgram } from '../onnx/emit.js'
import type { HostTensor, Named } from '../program.js'
import { dataOf } from './onnxruntime-state.js'
import type { Slot } from './onnxruntime-state.js'

/** What a lane is told, in order. */
export type Order =
  | Loading
  | Running
  | { readonly type: 'unload'; readonly id: number }
  | { readonly type: 'forget'; readonly slots: readonly number[] }

/** A graph without new state. */
export interface Loading extends Pick<OnnxProgram, 'bytes' | 'feeds' | 'fetches'> {
  readonly type: 'load'
  readonly id: number
  readonly threads: number
}

export interface Running {
  readonly type: 'run'
  readonly call: number
  readonly id: number
  /** By the name of the state: where the lane has it. */
  readonly slots: Readonly<Record<string, number>>
  /** State that is new to the lane. */
  readonly changed: readonly (readonly [number, HostTensor])[]
  /** Inputs of each part. */
  readonly parts: readonly Named<HostTensor>[]
}

export type Answer =
  | { readonly call: number; readonly sums: Record<string, HostTensor> }
  | { readonly call: number; readonly error: string }

/**
 * Threads beside an engine's own, each with a copy of the state that its parts read. A lane is
 * begun when it is first needed.
 */
export interface Lanes {
  /** @returns a number for the graph */
  load(graph: Omit<Loading, 'type' | 'id'>): number
  unload(graph: number): void
  /**
   * @param slots the state that the graph reads, by name
   * @param parts inputs of each part
   * @returns the sums over the parts
   */
  run(
    lane: number,
    graph: number,
    slots: ReadonlyMap<string, Slot>,
    parts: readonly Named<HostTensor>[],
  ): Promise<Named<HostTensor>>
  /** Arrays that nobody needs any more: changed state goes out in them. */
  reuse(arrays: Named<HostTensor>): void
  letGo(slots: ReadonlySet<Slot>): void
  dispose(): Promise<void>
}

interface Lane {
  readonly worker: Worker
  readonly sent: Map<Slot, number>
  readonly waiting: Map<
    number,
    { resolve(sums: Named<HostTensor>): void; reject(error: Error): void }
  >
}

export function createLanes(): Lanes {
  const lanes = new Map<number, Lane>()
  const graphs = new Map<number, Loading>()
  const numbers = new WeakMap<Slot, number>()
  const spare = spareArrays()
  let graphCount = 0
  let slotCount = 0
  let callCount = 0

  const tell = ({ worker }: Lane, order: Order, moved: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(order, moved)
  const numberOf = (slot: Slot): number => {
    if (!numbers.has(slot)) numbers.set(slot, slotCount++)
    return numbers.get(slot)!
  }
  const laneOf = (index: number): Lane => {
    const found = lanes.get(index)
    if (found) return found
    const lane: Lane = {
      worker: new Worker(compiledPath('compile/engines/onnxruntime-lane'), { execArgv: [] }),
      sent: new Map(),
      waiting: new Map(),
    }
    const gone = (error: Error): void => {
      lanes.delete(index)
      for (const { reject } of lane.waiting.values()) reject(error)
      lane.waiting.clear()
    }
    lane.worker.on('message', (answer: Answer) => {
      const waiting = lane.waiting.get(answer.call)
      lane.waiting.delete(answer.call)
      if (lane.waiting.size === 0) lane.worker.unref()
      if ('sums' in answer) waiting?.resolve(answer.sums)
      else waiting?.reject(new Error(answer.error))
    })
    lane.worker.on('error', gone)
    lane.worker.on('exit', code => gone(new Error(`a thread of the engine ended with ${code}`)))
    lane.worker.unref()
    lanes.set(index, lane)
    for (const graph of graphs.values()) tell(lane, graph)
    return lane
  }
  const copyOf = ({ current, spec }: Slot): HostTensor => {
    const data = dataOf(current)
    return { ...spec, data: data instanceof Float32Array ? spare.copy(data) : data.slice() }
  }

  return {
    load(graph) {
      const loading: Loading = { type: 'load', id: graphCount++, ...graph }
      graphs.set(loading.id, loading)
      for (const lane of lanes.values()) tell(lane, loading)
      return loading.id
    },
    unload(id) {
      graphs.delete(id)
      for (const lane of lanes.values()) tell(lane, { type: 'unload', id })
    },
    run(index, id, slots, parts) {
      const lane = laneOf(index)
      const changed: [number, HostTensor][] = []
      for (const slot of slots.values()) {
        if (lane.sent.get(slot) === slot.version) continue
        changed.push([numberOf(slot), copyOf(slot)])
        lane.sent.set(slot, slot.version)
      }
      const call = callCount++
      return new Promise((resolve, reject) => {
        lane.waiting.set(call, { resolve, reject })
        lane.worker.ref()
        tell(
          lane,
          {
            type: 'run',
            call,
            id,
            slots: Object.fromEntries([...slots].map(([name, slot]) => [name, numberOf(slot)])),
            changed,
            parts,
          },
          changed.map(([, { data }]) => data.buffer as ArrayBuffer),
        )
      })
    },
    reuse(arrays) {
      for (const { data } of Object.values(arrays))
        if (data instanceof Float32Array) spare.keep(data)
    },
    letGo(slots) {
      spare.clear()
      for (const lane of lanes.values()) {
        const known = [...slots].filter(slot => lane.sent.delete(slot))
        if (known.length > 0) tell(lane, { type: 'forget', slots: known.map(numberOf) })
      }
    },
    async dispose() {
      graphs.clear()
      spare.clear()
      await Promise.all([...lanes.values()].map(({ worker }) => worker.terminate()))
    },
  }
}

/** Arrays to copy into, by length: never more than were ever needed at once. */
function spareArrays(): {
  copy(data: Float32Array): Float32Array
  keep(array: Float32Array): void
  clear(): void
} {
  const lists = new Map<number, { made: number; readonly free: Float32Array[] }>()
  const listOf = (length: number): { made: number; readonly free: Float32Array[] } => {
    const list = lists.get(length) ?? { made: 0, free: [] }
    lists.set(length, list)
    return list
  }
  return {
    copy(data) {
      const list = listOf(data.length)
      const old = list.free.pop()
      if (!old) {
        list.made++
        return data.slice()
      }
      old.set(data)
      return old
    },
    keep(array) {
      const { made, free } = listOf(array.length)
      if (free.length < made) free.push(array)
    },
    clear: () => lists.clear(),
  }
}
