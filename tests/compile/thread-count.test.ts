import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { threadCount } from '../../src/compile/engines/thread-count.js'
import type { Program } from '../../src/compile/index.js'
import { trace } from '../../src/compile/trace/trace.js'

/** A matrix of that many rows, 512 wide, through 512 x `columns` weights. */
function layer(rows: number, columns: number): Program {
  return {
    name: 'layer',
    state: { w: { shape: [512, columns], dtype: 'float32' } },
    inputs: { x: { shape: [rows, 512], dtype: 'float32' } },
    body: ({ w }, { x }) => ({ outputs: { y: tf.matMul(x!, w!) } }),
  }
}

describe('the threads of a program', () => {
  it.each([
    ['one where there is little to do', layer(4, 512), 1],
    ['all where much is multiplied', layer(64, 512), 8],
    ['all where much is read', layer(1, 4096), 8],
    [
      'all for a convolution',
      {
        name: 'blur',
        state: {},
        inputs: { x: { shape: [1, 8, 8, 1], dtype: 'float32' } },
        body: (_, { x }) => ({
          outputs: { y: tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'same') },
        }),
      } satisfies Program,
      8,
    ],
  ])('are %s', (_, program, threads) => {
    expect(threadCount(trace(program), 8)).toBe(threads)
  })
})
