import type { Tensor } from '@tensorflow/tfjs'
import type { HostTensor, TensorSpec } from '../../compile/program.js'

/**
 * What can stand for a tensor: one of tfjs, one on the host, or a typed array, which is a vector. A
 * number is a scalar.
 */
export type TensorLike = Tensor | HostTensor | Float32Array | Int32Array | number

/** A shape alone is one of float32. */
export type SpecLike = readonly number[] | TensorSpec

export function isTensorLike(value: unknown): value is Exclude<TensorLike, number> {
  if (value instanceof Float32Array || value instanceof Int32Array) return true
  if (
    typeof value !== 'object' ||
    value === null ||
    !('shape' in value) ||
    !Array.isArray(value.shape)
  )
    return false
  return (
    'dataSync' in value ||
    ('data' in value && (value.data instanceof Float32Array || value.data instanceof Int32Array))
  )
}

/**
 * @param spec what is wanted; a typed array or a number takes its shape
 * @throws Error for a value that is no tensor, or a tensor of strings
 */
export function hostTensor(value: TensorLike, name: string, spec?: TensorSpec): HostTensor {
  if (typeof value === 'number') {
    const dtype = spec?.dtype ?? 'float32'
    return {
      shape: spec?.shape ?? [],
      dtype,
      data: dtype === 'int32' ? Int32Array.of(value) : Float32Array.of(value),
    }
  }
  if (value instanceof Float32Array)
    return { shape: spec?.shape ?? [value.length], dtype: 'float32', data: value }
  if (value instanceof Int32Array)
    return { shape: spec?.shape ?? [value.length], dtype: 'int32', data: value }
  if (!isTensorLike(value))
    throw new Error(
      `${name} is not a tensor: give a tensor of trial.tf, a Float32Array or an Int32Array, ` +
        'or { data, shape, dtype }',
    )
  const tensor: Tensor | HostTensor = value
  if (!('dataSync' in tensor)) return tensor
  if (tensor.dtype === 'float32')
    return { shape: tensor.shape, dtype: 'float32', data: tensor.dataSync<'float32'>().slice() }
  if (tensor.dtype === 'int32' || tensor.dtype === 'bool')
    return { shape: tensor.shape, dtype: 'int32', data: Int32Array.from(tensor.dataSync()) }
  throw new Error(`${name} is a tensor of ${tensor.dtype}; only float32 and int32 can be kept`)
}

export function tensorSpec(spec: SpecLike): TensorSpec {
  return 'dtype' in spec ? spec : { shape: spec, dtype: 'float32' }
}
