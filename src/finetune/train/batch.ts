import type { HostTensor, Named } from '../../compile/program.js'
import type { Batch } from '../data/batches.js'

/** A batch as a program of training or evaluation takes it. */
export function batchInputs({ tokens, weights, rows, length }: Batch): Named<HostTensor> {
  return {
    tokens: { shape: [rows, length + 1], dtype: 'int32', data: tokens },
    trained: { shape: [rows, length], dtype: 'float32', data: weights },
  }
}
