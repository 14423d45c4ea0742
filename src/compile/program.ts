import type { Tensor } from '@tensorflow/tfjs'

export type DType = 'float32' | 'int32'

export interface TensorSpec {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** A tensor on the host. `data.length` is the product of `shape`; int32 comes as Int32Array. */
export interface HostTensor extends TensorSpec {
  readonly data: Float32Array | Int32Array
}

export type Named<T> = Readonly<Record<string, T>>

/**
 * A function of named tensors, written in tfjs operations, that an engine runs as one call.
 *
 * `state` stays with the engine between calls (weights, moments, caches); `inputs` are passed with
 * each call. All shapes are fixed: another shape is another program over the same state.
 */
export interface Program {
  /** For messages and profiles: `train 8x128`. */
  readonly name: string
  /** State that the body reads or replaces, by name. */
  readonly state: Named<TensorSpec>
  readonly inputs: Named<TensorSpec>
  /**
   * Names of state that rarely changes between runs of this program: a model's weights during
   * generation. An engine may compile it into the graph while it stays the same.
   */
  readonly frozen?: readonly string[]
  /**
   * Pure, and never reads a value back (`dataSync`); no loops that depend on values.
   * Runs inside `tf.tidy`. Gradients are taken inside it with tfjs's own `valueAndGrads`.
   *
   * @returns `outputs` go to the host; `state` replaces the state of those names
   */
  body(
    state: Named<Tensor>,
    inputs: Named<Tensor>,
  ): { readonly outputs: Named<Tensor>; readonly state?: Named<Tensor> }
  /** The same program at small shapes: an engine is verified with it first. */
  sample?(): Program
  /** The same computation as `body` in shards, for engines that compute them side by side. */
  readonly sharding?: Sharding
}

/** A program as sums over shards of its inputs, and what is done with the sums. */
export interface Sharding {
  readonly shardCount: number
  /** Inputs that are divided along their first axis; each shard gets all others as they are. */
  readonly shardedInputs: readonly string[]
  /** Computes one shard. Its outputs, float32, are summed over the shards. */
  readonly shard: Program
  /** Takes the inputs that are not sharded, and the sums. */
  readonly finish: Program
}
