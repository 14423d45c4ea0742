import { elementCount } from '../../util/element-count.js'
import type { ValueType } from './tape.js'

export interface ConstantTensor {
  readonly values: Float32Array | Int32Array | Uint8Array
  readonly shape: readonly number[]
  readonly dtype: ValueType
}

// As with the shape rules: each kernel has attributes of its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Create = (attributes: Readonly<Record<string, any>>) => ConstantTensor

/** tfjs's kernels without inputs: their result is a constant of the program. */
export const constantKernels: ReadonlyMap<string, Create> = new Map<string, Create>([
  [
    'Fill',
    ({ shape, value, dtype }) =>
      constantTensor(elementCount(shape), () => Number(value), shape, dtype),
  ],
  [
    'Range',
    ({ start, stop, step, dtype }) => {
      const length = Math.max(0, Math.ceil((stop - start) / step))
      return constantTensor(length, i => start + i * step, [length], dtype)
    },
  ],
  [
    'LinSpace',
    ({ start, stop, num }) =>
      constantTensor(num, i => start + (i * (stop - start)) / Math.max(1, num - 1), [num]),
  ],
])

function constantTensor(
  length: number,
  element: (i: number) => number,
  shape: readonly number[],
  dtype: ValueType = 'float32',
): ConstantTensor {
  const arrayType = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype]
  const values = arrayType.from(Array.from({ length }, (_, i) => element(i)))
  return { values, shape, dtype }
}
