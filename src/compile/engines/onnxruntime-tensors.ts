import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { HostTensor, TensorSpec } from '../program.js'
import type { Onnxruntime } from './onnxruntime-package.js'

/** @param data shared with the tensor, not copied */
export function toOrt(
  ort: Onnxruntime,
  { dtype, shape }: TensorSpec,
  data: HostTensor['data'],
): OrtTensor {
  return dtype === 'float32'
    ? new ort.Tensor('float32', data as Float32Array, shape)
    : new ort.Tensor('int32', data as Int32Array, shape)
}

/** @returns a tensor that shares its data with the argument */
export function toHost(tensor: OrtTensor): HostTensor {
  return {
    shape: [...tensor.dims],
    dtype: tensor.type as HostTensor['dtype'],
    data: tensorData(tensor),
  }
}

export function tensorData(tensor: OrtTensor): HostTensor['data'] {
  return tensor.data as HostTensor['data']
}
