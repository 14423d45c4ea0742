import { describe, expect, it } from 'vitest'
import type { Fitting } from '../../src/training/micro-batch.js'
import { engineDelegate, runnableDelegate } from '../compile/delegates.js'
import { createTrainer, type StepResult } from '../../src/training/trainer.js'
import { engineFor, engines } from '../decoder/engines.js'
import { tinyBatch, tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

const config = tinyConfig(true)
const settings = { learningRate: 1e-2, weightDecay: 0.1, clipNorm: 1 }
const atMost = (limit: number): Fitting => ({
  rows: () => limit,
  trying: () => {},
  fits: () => {},
  fails: () => {},
  outOfMemory: () => false,
})

describe.each(engines)('gradient accumulation on %s', name => {
  const engine = engineFor(name)

  async function steps(fitting?: Fitting): Promise<StepResult[]> {
    const trainer = await createTrainer(await engine(), config, {
      weights: tinyWeights(config),
      ...(fitting ? { fitting } : {}),
    })
    const results: StepResult[] = []
    for (let step = 0; step < 8; step++) results.push(await trainer.step(tinyBatch(step), settings))
    trainer.dispose()
    return results
  }

  it.each([1, 2])(
    'gives the losses of the whole batch, %i rows at a time, however unevenly the targets are spread',
    async rows => {
      const [whole, parts] = [await steps(), await steps(atMost(rows))]
      for (const [step, { loss, count, norm }] of whole.entries()) {
        expect(Math.abs(parts[step]!.loss - loss) / count, `loss of step ${step}`).toBeLessThan(
          1e-6,
        )
        expect(Math.abs(parts[step]!.norm / norm - 1), `norm of step ${step}`).toBeLessThan(1e-5)
        expect(parts[step]!.count).toBe(count)
      }
    },
  )
})

describe('what fits', () => {
  const engine = engineFor('onnxruntime')

  it('is found by halving where memory runs out, in the midst of a step too, and the step is the same', async () => {
    const calls: string[] = []
    let limit = Infinity
    const real = await engine()
    // An engine with room for one row: three fail, and so do two
    const small = {
      ...engineDelegate(real),
      load: async (...[programs]: Parameters<typeof real.load>) =>
        (await real.load(programs)).map((runnable, i) => ({
          ...runnableDelegate(runnable),
          run: (...args: Parameters<typeof runnable.run>) => {
            const rows = /^(train|accumulate) (\d)/.exec(programs[i]!.name)?.[2]
            if (Number(rows) > 1) throw new Error('Failed to allocate memory for requested buffer')
            return runnable.run(...args)
          },
        })),
    }
    const fitting: Fitting = {
      rows: () => limit,
      trying: (_length, rows) => calls.push(`try ${rows}`),
      fits: (_length, rows) => calls.push(`fits ${rows}`),
      fails: (_length, rows) => {
        calls.push(`fails ${rows}`)
        limit = Math.floor(rows / 2)
      },
      outOfMemory: error => (error as Error).message.includes('allocate'),
    }
    const trainer = await createTrainer(small, config, { weights: tinyWeights(config), fitting })
    const got = await trainer.step(tinyBatch(0), settings)
    trainer.dispose()
    expect(calls).toEqual(['try 3', 'fails 3', 'try 1', 'fits 1'])
    const whole = await createTrainer(real, config, { weights: tinyWeights(config) })
    const wanted = await whole.step(tinyBatch(0), settings)
    whole.dispose()
    expect(Math.abs(got.loss - wanted.loss) / wanted.count).toBeLessThan(1e-6)
  })

  it('is an error where not even one row does', async () => {
    const fitting: Fitting = { ...atMost(1), outOfMemory: () => true }
    const real = await engine()
    const none = {
      ...engineDelegate(real),
      load: async (...args: Parameters<typeof real.load>) =>
        (await real.load(...args)).map(runnable => ({
          ...runnableDelegate(runnable),
          run: () => Promise.reject(new Error('out of memory')),
        })),
    }
    const trainer = await createTrainer(none, config, { weights: tinyWeights(config), fitting })
    await expect(trainer.step(tinyBatch(0), settings)).rejects.toThrow('out of memory')
    trainer.dispose()
  })
})
