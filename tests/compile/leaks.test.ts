import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import {
  float,
  llamaEvaluation,
  llamaState,
  llamaTraining,
  scalar,
  tiny,
  tokens,
} from './programs.js'
import { testedEngines } from './tested-engines.js'

const graphs = testedEngines.filter(name => name === 'onnxruntime' || name === 'tensorflow')

describe('nothing is left behind', () => {
  it.each([...testedEngines, 'tfjs-cpu'] as const)(
    'by steps on %s: tensors and their bytes',
    async name => {
      const steps = name === 'tfjs-cpu' ? 20 : name === 'tfjs-wasm' ? 100 : 300
      const engine = await createEngine(name, { threads: 1 })
      await new Promise(resolve => setTimeout(resolve, 0))
      const before = tf.memory()
      const state = await engine.createState(llamaState(tiny))
      const [step, evaluate] = await engine.load([llamaTraining(tiny), llamaEvaluation(tiny)])
      const count = async (i: number): Promise<{ tensors: number; bytes: number }> => {
        await step!.run(state, { tokens: tokens(tiny, i), rate: scalar(0.01), step: scalar(i) })
        await evaluate!.run(state, { tokens: tokens(tiny, i) })
        await expect(step!.run(state, { tokens: tokens(tiny, i) })).rejects.toThrow('missing')
        const { numTensors, numBytes } = tf.memory()
        return { tensors: numTensors, bytes: numBytes }
      }
      const first = await count(1)
      for (let i = 2; i < steps; i++) expect(await count(i)).toEqual(first)
      state.dispose()
      const after = tf.memory()
      expect([after.numTensors, after.numBytes, after.numDataBuffers]).toEqual([
        before.numTensors,
        before.numBytes,
        before.numDataBuffers,
      ])
      await engine.dispose()
    },
    120_000,
  )

  it.each(graphs)(
    'by %s: the process stays as large as it is',
    async name => {
      const engine = await createEngine(name, { threads: 2 })
      const side = 256
      const square = { shape: [side, side], dtype: 'float32' } as const
      const [step] = await engine.load([
        {
          name: 'step',
          state: { w: square },
          inputs: { x: square },
          body: ({ w }, { x }) => ({ outputs: { y: w!.matMul(x!) }, state: { w: w!.add(x!) } }),
        },
      ])
      const state = await engine.createState({ w: float([side, side], () => 0) })
      const x = float([side, side], () => 1e-3)
      const run = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) await step!.run(state, { x })
      }
      await run(500)
      const before = process.memoryUsage().rss
      await run(2000) // 2000 runs hand out 0.5 GB of outputs
      expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(100)
      await engine.dispose()
    },
    120_000,
  )

  it.each(graphs)(
    'by graphs of %s that were disposed',
    async name => {
      const engine = await createEngine(name, { threads: 2 })
      const state = await engine.createState(llamaState(tiny))
      const cycle = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) {
          const [step] = await engine.load([llamaTraining(tiny)])
          await step!.run(state, {
            tokens: tokens(tiny, i),
            rate: scalar(0.01),
            step: scalar(i + 1),
          })
          step!.dispose()
        }
      }
      await cycle(10)
      const before = process.memoryUsage().rss
      await cycle(40)
      expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(80)
      await engine.dispose()
    },
    120_000,
  )
})
