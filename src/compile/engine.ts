import type { HostTensor, Named, Program } from './program.js'

/**
 * All engines, best first; those that need a GPU come after those that compute anywhere.
 */
export const engineNames = [
  'onnxruntime',
  'tensorflow',
  'onnxruntime-webgpu',
  'onnxruntime-cuda',
  'tfjs-tensorflow',
  'tfjs-wasm',
  'tfjs-cpu',
] as const

export type EngineName = (typeof engineNames)[number]

/** Named tensors that stay with an engine between calls. */
export interface State {
  readonly names: readonly string[]
  /** @param names all when left out @returns copies */
  read(names?: readonly string[]): Promise<Named<HostTensor>>
  /** Replaces values. Shapes and dtypes must be those of the creation. */
  write(values: Named<HostTensor>): Promise<void>
  dispose(): void
}

export interface Runnable {
  /**
   * Runs the program once. Names of its state are looked up in `states` in order, so that programs
   * with their own caches can share weights. Calls run one at a time, in their order.
   *
   * @returns copies of the outputs
   */
  run(states: State | readonly State[], inputs: Named<HostTensor>): Promise<Named<HostTensor>>
  dispose(): void
}

/** Runs programs. An engine belongs to one thread; a process may have several. */
export interface Engine {
  readonly name: EngineName
  /** `cpu`, `cuda:0`, `webgpu`. */
  readonly device: string
  readonly version: string
  /**
   * @param positions that a program computes per call: rows x length
   * @returns the number of shards that is fastest for a program of that size; 1: do not shard
   */
  shardCount(positions: number): number
  createState(values: Named<HostTensor>): Promise<State>
  /** May be called again for further programs over the same states. */
  load(programs: readonly Program[]): Promise<readonly Runnable[]>
  dispose(): Promise<void>
}

export interface EngineOptions {
  /** Threads of the engine's own pool for one call. */
  readonly threads: number
}
