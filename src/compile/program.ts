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
 * `state` is what stays with the engine between calls (weights, moments, caches); `inputs` go in
 * with each call. All shapes are fixed: another shape is another program over the same state.
 */
export interface Program {
  /** For messages and profiles: `train 8x128`. */
  readonly name: string
  /** State that the body reads or replaces, by name. */
  readonly state: Named<TensorSpec>
  readonly inputs: Named<TensorSpec>
  /**
   * State that hardly changes while this program runs again and again, by name: a model's weights
   * while it writes. An engine may build it in for as long as it stays the same.
   */
  readonly lasting?: readonly string[]
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
  /** The same at small shapes: what an engine is checked with before it runs this one. */
  sample?(): Program
  /** The same as `body` in parts, for engines that compute them side by side. */
  readonly divided?: Divided
}

/** Sums over parts of the inputs, and what is done with the sums. */
export interface Divided {
  readonly parts: number
  /**
   * Inputs of which each part gets its share, along the first axis; all others go to every part.
   */
  readonly cut: readonly string[]
  /** One part. Its outputs are summed, float32. */
  readonly part: Program
  /** Takes the inputs that aren't cut, and the sums. */
  readonly rest: Program
}
