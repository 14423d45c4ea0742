import type { HostTensor, Named, Program } from './program.js'

/**
 * Engines that exist here, best first; those on GPUs alone come after those that compute anywhere.
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

/** Tensors that live with an engine between calls. */
export interface State {
  readonly names: readonly string[]
  /** @param names all when left out @returns copies, safe to keep */
  read(names?: readonly string[]): Promise<Named<HostTensor>>
  /** Replaces values; shapes and dtypes must be those of the creation. */
  write(values: Named<HostTensor>): Promise<void>
  dispose(): void
}

export interface Runnable {
  /**
   * Runs the program once. Names of its state are looked up in `states` in order, so that weights
   * may be shared by programs that have caches of their own. Calls on one state are made one after
   * the other.
   *
   * @returns the outputs, copies that are safe to keep
   */
  run(states: State | readonly State[], inputs: Named<HostTensor>): Promise<Named<HostTensor>>
  dispose(): void
}

/** Runs programs. One engine belongs to one thread; several may live in one process. */
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
