import { elementCount } from '../../util/element-count.js'
import type { ValueType } from './tape.js'

export interface MadeConstant {
  readonly values: Float32Array | Int32Array | Uint8Array
  readonly shape: readonly number[]
  readonly dtype: ValueType
}

// As with the shape rules: each kernel has attributes of its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Make = (attributes: Readonly<Record<string, any>>) => MadeConstant

/** tfjs's kernels without inputs: their result is known while tracing. */
export const constantKernels: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    'Fill',
    ({ shape, value, dtype }) =>
      made(
        Array.from({ length: elementCount(shape) }, () => Number(value)),
        shape,
        dtype,
      ),
  ],
  [
    'Range',
    ({ start, stop, step, dtype }) => {
      const length = Math.max(0, Math.ceil((stop - start) / step))
      return made(
        Array.from({ length }, (_, i) => start + i * step),
        [length],
        dtype,
      )
    },
  ],
  [
    'LinSpace',
    ({ start, stop, num }) =>
      made(
        Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / Math.max(1, num - 1)),
        [num],
        'float32',
      ),
  ],
])

function made(
  values: readonly number[],
  shape: readonly number[],
  dtype: ValueType = 'float32',
): MadeConstant {
  const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype]
  return { values: typed.from(values), shape, dtype }
}
