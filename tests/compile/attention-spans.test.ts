import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { attention, createEngine } from '../../src/compile/index.js'
import type { Program } from '../../src/compile/index.js'
import { trace } from '../../src/compile/trace/trace.js'
import { float, uniforms } from './programs.js'

const [length, width] = [150, 4]

describe.each([
  ['causal', Infinity],
  ['a sliding window', 20],
])('attention under a mask known beforehand: %s', (_, reach) => {
  it('has the values and gradients that it has op by op, where all scores are computed', async () => {
    const [compiled, plain] = [
      await createEngine('onnxruntime', { threads: 1 }),
      await createEngine('tfjs-cpu', { threads: 1 }),
    ]
    const next = uniforms(5)
    const inputs = Object.fromEntries(
      [
        ['q', 4],
        ['k', 2],
        ['v', 2],
      ].map(([name, heads]) => [
        name,
        float([2, heads as number, length, width], () => 2 * next() - 1),
      ]),
    )
    const [found, expected] = await Promise.all(
      [compiled, plain].map(async engine =>
        (await engine.load([slopes(reach)]))[0]!.run([], inputs),
      ),
    )
    for (const [name, { data }] of Object.entries(expected!)) {
      data.forEach((value, i) =>
        expect(Math.abs(found![name]!.data[i]! - value), `${name}[${i}]`).toBeLessThan(1e-5),
      )
    }
    await compiled.dispose()
  })

  it('computes fewer scores', () => {
    const scores = trace(slopes(reach))
      .nodes.filter(({ kernel }) => kernel === 'Softmax')
      .reduce((sum, { outputs: [weights] }) => sum + weights!.shape.reduce((a, b) => a * b), 0)
    // The program computes attention twice: for its value and for its slopes
    expect(scores / 2).toBeLessThan(0.75 * 2 * 4 * length * length)
  })
})

function slopes(reach: number): Program {
  const spec = (heads: number) => ({ shape: [2, heads, length, width], dtype: 'float32' }) as const
  return {
    name: 'attention',
    state: {},
    inputs: { q: spec(4), k: spec(2), v: spec(2) },
    body: (_, { q, k, v }) => {
      const seen = (from: number, to: number): boolean => to <= from && to > from - reach
      const mask = tf.tensor2d(
        Float32Array.from({ length: length * length }, (_, i) =>
          seen(Math.floor(i / length), i % length) ? 0 : -1e9,
        ),
        [length, length],
      )
      const weights = tf.tensor(
        Float32Array.from({ length: q!.size }, (_, i) => Math.sin(i + 1)),
        q!.shape,
      )
      const value = attention(q!, k!, v!, mask, 0.5)
      const [dq, dk, dv] = tf.grads((...[q, k, v]: Tensor[]) =>
        attention(q!, k!, v!, mask, 0.5).mul(weights).sum(),
      )([q!, k!, v!])
      return { outputs: { value, dq: dq!, dk: dk!, dv: dv! } }
    },
  }
}
