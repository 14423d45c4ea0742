import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Optimizer } from '../../src/settings/index.js'
import { isPrefixed, rateAt } from '../../src/training/schedule.js'
import { PLAIN } from '../../src/training/variant.js'
import { createTrainer } from '../../src/training/trainer.js'
import { engineFor, engines } from '../decoder/engines.js'
import { tinyBatch, tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

interface Run {
  readonly optimizer: Optimizer
  readonly learningRate: number
  readonly weightDecay: number
  readonly clipNorm: number
  readonly momentum: number
  readonly labelSmoothing: number
  readonly losses: readonly number[]
  readonly norms: readonly number[]
}

/** By torch and transformers: scripts/golden/optimizers.py. */
const golden = JSON.parse(
  readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'),
) as {
  readonly runs: readonly Run[]
  readonly wsd: {
    readonly totalSteps: number
    readonly warmupRatio: number
    readonly decayRatio: number
    readonly rates: readonly number[]
  }
}

const lossTerms = ({ labelSmoothing }: { readonly labelSmoothing: number }) =>
  labelSmoothing > 0 ? (['labelSmoothing'] as const) : []

describe.each(engines)('on %s', name => {
  const engine = engineFor(name)
  const config = tinyConfig(true)

  it.each(golden.runs)(
    'twenty steps follow torch or transformers: $optimizer, label smoothing $labelSmoothing',
    async ({ optimizer, losses, norms, ...settings }) => {
      const variant = { ...PLAIN, optimizer, lossTerms: lossTerms(settings) }
      const trainer = await createTrainer(await engine(), config, {
        weights: tinyWeights(config),
        variant,
      })
      // Lion takes signs: where a gradient is all but zero, another order of summation turns a step
      // around
      const tolerance = optimizer === 'lion' ? 1e-3 : 1e-4
      for (const [step, loss] of losses.entries()) {
        const got = await trainer.step(tinyBatch(step), settings)
        expect(Math.abs(got.loss / got.count - loss), `loss of step ${step}`).toBeLessThan(
          tolerance,
        )
        expect(Math.abs(got.norm / norms[step]! - 1), `norm of step ${step}`).toBeLessThan(
          10 * tolerance,
        )
      }
      trainer.dispose()
    },
  )

  it.each(golden.runs)(
    '$optimizer goes on from its moments as if never interrupted',
    async ({ optimizer, losses: _, norms: __, ...settings }) => {
      const variant = { ...PLAIN, optimizer, lossTerms: lossTerms(settings) }
      const whole = await createTrainer(await engine(), config, {
        weights: tinyWeights(config),
        variant,
      })
      for (let step = 0; step < 3; step++) await whole.step(tinyBatch(step), settings)
      const resume = { moments: await whole.moments(), steps: whole.steps }
      const second = await createTrainer(await engine(), config, {
        weights: await whole.weights(),
        resume,
        variant,
      })
      for (let step = 3; step < 6; step++)
        expect(await second.step(tinyBatch(step), settings)).toEqual(
          await whole.step(tinyBatch(step), settings),
        )
      whole.dispose()
      second.dispose()
    },
  )
})

describe('warm-up, stable, decay', () => {
  it('is the schedule of transformers', () => {
    const { rates, ...options } = golden.wsd
    rates.forEach((rate, step) =>
      expect(
        rateAt(step, { ...options, schedule: 'wsd', warmupSteps: 0, learningRate: 1 }),
      ).toBeCloseTo(rate, 12),
    )
  })

  it('depends on how many epochs are planned, as does every warm-up by a share of the steps', () => {
    expect(isPrefixed({ schedule: 'wsd' })).toBe(false)
    expect(isPrefixed({ schedule: 'constant', warmupRatio: 0.1 })).toBe(false)
    expect(isPrefixed({ schedule: 'constant' })).toBe(true)
  })
})
