import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, verify } from '../../src/compile/index.js'
import type { Engine, Program } from '../../src/compile/index.js'
import { engineDelegate, runnableDelegate } from './delegates.js'
import { float, llamaEvaluation, llamaTraining, tiny } from './programs.js'
import { testedEngines } from './tested-engines.js'

const vector = { shape: [4], dtype: 'float32' } as const
const program = (body: Program['body']): Program => ({
  name: 'check',
  state: { w: vector },
  inputs: { x: vector },
  body,
})

describe.each(testedEngines.filter(name => name === 'onnxruntime' || name === 'tensorflow'))(
  'verification of %s',
  name => {
    let engine: Engine
    beforeAll(async () => {
      engine = await createEngine(name, { threads: 1 })
    })
    afterAll(() => engine.dispose())

    it('passes the training and evaluation of a Llama', async () => {
      for (const of of [llamaTraining(tiny), llamaEvaluation(tiny)])
        expect(await verify(of, engine)).toMatchObject({ ok: true })
    })

    it('finds an engine that computes something else', async () => {
      let calls = 0
      const drifting = program(({ w }, { x }) => ({
        outputs: { y: w!.add(x!) },
        state: { w: w!.mul(1 + 1e-2 * calls++) },
      }))
      expect(await verify(drifting, engine)).toMatchObject({ ok: false })
      const wrong: Engine = {
        ...engineDelegate(engine),
        load: async programs =>
          (await engine.load(programs)).map(runnable => ({
            ...runnableDelegate(runnable),
            run: async (states, inputs) => {
              const outputs = await runnable.run(states, inputs)
              outputs.y!.data[2]! += 0.01
              return outputs
            },
          })),
      }
      const right = program(({ w }, { x }) => ({ outputs: { y: w!.add(x!) } }))
      expect(await verify(right, engine)).toEqual({ ok: true, maxDifference: 0 })
      expect(await verify(right, wrong)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('output y differs by 0.01') as string,
      })
    })

    it('finds random numbers drawn inside', async () => {
      const dropping = program(({ w }, { x }) => ({ outputs: { y: tf.dropout(x!.add(w!), 0.5) } }))
      expect(await verify(dropping, engine)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('feed them as inputs') as string,
      })
    })

    it('does not take not-a-number for agreement', async () => {
      const root = program(({ w }, { x }) => ({ outputs: { y: x!.sub(10).sqrt().add(w!) } }))
      expect(await verify(root, engine)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('not finite') as string,
      })
      expect(await verify(root, engine, { inputs: { x: float([4], i => 11 + i) } })).toMatchObject({
        ok: true,
      })
    })
  },
)
