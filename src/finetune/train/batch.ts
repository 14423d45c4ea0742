import type { HostTensor, Named } from '../../compile/program.js'

/** Examples side by side, padded at the end to one length. */
export interface Batch {
  /** [rows, length + 1]: each token is the target of those before it. */
  readonly tokens: Int32Array
  /** [rows, length]: 1 where the target counts in the loss, else 0. Rows of padding are 0 throughout. */
  readonly weights: Float32Array
  readonly rows: number
  readonly length: number
}

export function batchInputs({ tokens, weights, rows, length }: Batch): Named<HostTensor> {
  return {
    tokens: { shape: [rows, length + 1], dtype: 'int32', data: tokens },
    trained: { shape: [rows, length], dtype: 'float32', data: weights },
  }
}
