import type { Tensor as OrtTensor } from 'onnxruntime-node'
import { elementCount } from '../../util/element-count.js'
import type { Value } from '../trace/tape.js'
import type { Onnxruntime } from './onnxruntime-package.js'

/**
 * Tensors that a graph writes for the updates after it: gradients. All programs of an engine share
 * them, as they run one at a time.
 */
export class ScratchTensors {
  readonly #ort: Onnxruntime
  readonly #tensorsByShape = new Map<string, OrtTensor[]>()

  constructor(ort: Onnxruntime) {
    this.#ort = ort
  }

  /** @returns a tensor of its own for each value, by name */
  get(values: readonly (readonly [name: string, Value])[]): Map<string, OrtTensor> {
    const usedByShape = new Map<string, number>()
    return new Map(
      values.map(([name, { shape }]) => {
        const key = shape.join()
        const index = usedByShape.get(key) ?? 0
        usedByShape.set(key, index + 1)
        const tensors = this.#tensorsByShape.get(key) ?? []
        this.#tensorsByShape.set(key, tensors)
        tensors[index] ??= new this.#ort.Tensor(
          'float32',
          new Float32Array(elementCount(shape)),
          shape,
        )
        return [name, tensors[index]]
      }),
    )
  }
}
