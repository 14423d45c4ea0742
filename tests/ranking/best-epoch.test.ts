import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mean } from '../../src/math/statistics.js'
import { judge } from '../../src/overfit/index.js'
import { bestEpoch, retainedEpochs, type Scoring } from '../../src/ranking/index.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import { objectiveValue } from '../../src/record/objective.js'
import { noisy, normalsOf } from '../overfit/histories.js'

const epoch = (epoch: number, valLoss: number, extra?: Record<string, number>): EpochMetrics => ({
  epoch,
  loss: 1,
  valLoss,
  learningRate: 1e-3,
  tokens: 10,
  seconds: 1,
  ...(extra ? { extra } : {}),
})

describe('the best epoch', () => {
  const history = [
    epoch(1, 2, { rougeL: 0.1, exactMatch: 0 }),
    epoch(2, 1.5, { rougeL: 0.4, exactMatch: 0 }),
    epoch(3, 1.8, { rougeL: 0.6, exactMatch: 0 }),
    epoch(4, 1.9, { rougeL: 0.6, exactMatch: 0 }),
  ]

  it('is that with the lowest validation loss, where nothing else is asked', () => {
    expect(bestEpoch(history, {})!.metrics.epoch).toBe(2)
  })

  it('is that with the highest score, where a score is asked', () => {
    expect(bestEpoch(history, { objective: 'rougeL' })!.metrics.epoch).toBe(3)
  })

  it('is the one of the lower validation loss among equals: the first steps of a score are all zeros', () => {
    expect(bestEpoch(history, { objective: 'exactMatch' })!.metrics.epoch).toBe(2)
  })

  it('is the last, where a trial counts by that, whatever came before', () => {
    expect(bestEpoch(history, { scoreEpoch: 'last' })!.metrics.epoch).toBe(4)
    expect(
      bestEpoch(history.slice(0, 3), { scoreEpoch: 'last', objective: 'rougeL' })!.metrics.epoch,
    ).toBe(3)
    expect(bestEpoch([...history, epoch(5, Number.NaN)], { scoreEpoch: 'last' })).toBeUndefined()
  })

  it('is none where no epoch has a value', () => {
    expect(bestEpoch([epoch(1, 2)], { objective: 'rougeL' })).toBeUndefined()
    expect(bestEpoch([epoch(1, Number.NaN)], {})).toBeUndefined()
    expect(objectiveValue(epoch(1, 2), 'rougeL')).toBeNaN()
  })
})

/** Falls, turns at epoch 12, and rises again. */
const curve = Array.from(
  { length: 30 },
  (_, i) => 1 + 1.5 / (i + 1) + 0.012 * Math.max(0, i - 11) ** 1.2,
)
const historyOf = (losses: readonly number[]) => losses.map((loss, i) => epoch(i + 1, loss))
const lowest = (losses: readonly number[]) => losses.indexOf(Math.min(...losses)) + 1
const regret = (best: number) => curve[best - 1]! - Math.min(...curve)

describe('the best epoch of a long noisy curve', () => {
  const runs = (share: number, seed: number) => {
    const normal = normalsOf(seed)
    return Array.from({ length: 60 }, () => noisy(curve, share, normal))
  }

  it('gives away less than the lowest measurement', () => {
    const curves = runs(0.03, 1)
    const chosen = curves.map(losses => bestEpoch(historyOf(losses), {})!.metrics.epoch)
    expect(mean(chosen.map(regret))).toBeLessThan(0.75 * mean(curves.map(lowest).map(regret)))
  })

  it('has a smoothed value that is not too good by chance, as the lowest measurement is', () => {
    const best = runs(0.03, 2).map(losses => bestEpoch(historyOf(losses), {})!)
    const error = (value: number, number: number) => value - curve[number - 1]!
    const smoothed = best.map(({ smoothed, metrics }) => error(smoothed!, metrics.epoch))
    const measured = best.map(({ lowest }) => error(lowest.measured, lowest.metrics.epoch))
    expect(mean(smoothed)).toBeGreaterThan(-0.015)
    expect(mean(measured)).toBeLessThan(-0.02)
  })

  it('is the same whichever trainings are compared before it', () => {
    // The second curve begins as the first one does, the third is a prefix of the first.
    const [first, other] = runs(0.03, 4) as [number[], number[]]
    const curves = [first, [first[0]!, ...other.slice(1)], first.slice(0, 22), other]
    const choose = (losses: readonly number[]) => bestEpoch(historyOf(losses), {})!.metrics.epoch
    const alone = curves.map(choose)
    for (const order of [
      [0, 1, 2, 3, 0, 1],
      [3, 2, 1, 0, 2, 2],
      [1, 0, 1, 0, 3, 2],
    ])
      expect(order.map(i => choose(curves[i]!))).toEqual(order.map(i => alone[i]))
    const growing = first.map((_, i) => {
      choose(other)
      return choose(first.slice(0, i + 1))
    })
    expect(growing.at(-1)).toBe(alone[0])
    expect(growing[21]).toBe(alone[2])
  })

  it('says what was measured there, and what the best measurement was', () => {
    const losses = runs(0.03, 3)[0]!
    const best = bestEpoch(historyOf(losses), {})!
    expect(best.measured).toBe(losses[best.metrics.epoch - 1])
    expect(best.lowest).toEqual({
      metrics: historyOf(losses)[lowest(losses) - 1],
      measured: Math.min(...losses),
    })
  })

  it('is turned with the direction of the objective', () => {
    const losses = runs(0.03, 4)[0]!
    const scores = losses.map((loss, i) => epoch(i + 1, 1, { rougeL: 5 - loss }))
    const best = bestEpoch(scores, { objective: 'rougeL' })!
    expect(best.smoothed).toBeGreaterThan(3)
    expect(regret(best.metrics.epoch)).toBeLessThan(0.1)
  })

  it('smooths the last epoch where trials count by that', () => {
    const best = bestEpoch(historyOf(runs(0.03, 5)[0]!), { scoreEpoch: 'last' })!
    expect(best.metrics.epoch).toBe(30)
    expect(best.smoothed).not.toBe(best.measured)
    expect(best.lowest.metrics.epoch).toBe(30)
  })
})

describe('the best epoch is the best measurement', () => {
  const noise = noisy(curve, 0.03, normalsOf(6))

  it.each([
    ['of a short curve', noise.slice(0, 19), {}],
    ['of a quiet curve', curve, {}],
    ['where the study has two objectives', noise, { objectives: ['valLoss', 'seconds'] as const }],
  ])('%s', (_, losses, scoring: Scoring) => {
    const best = bestEpoch(historyOf(losses), scoring)!
    expect(best).not.toHaveProperty('smoothed')
    expect(best.metrics.epoch).toBe(lowest(losses))
  })

  it('where an epoch has no value', () => {
    const scores = noise.map((loss, i) => epoch(i + 1, 1, i === 25 ? {} : { rougeL: -loss }))
    expect(bestEpoch(scores, { objective: 'rougeL' })!.metrics.epoch).toBe(lowest(noise))
  })
})

const losses = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 0.1, noNaN: true }), fc.nat(1e6))
  .map(([length, share, seed]) =>
    noisy(
      Array.from({ length }, (_, i) => 1 + 2 / (i + 1) + 2e-4 * i * (seed % 40)),
      share,
      normalsOf(seed),
    ),
  )
const scoring = fc.constantFrom<Scoring>(
  {},
  { scoreEpoch: 'last' },
  { objective: 'rougeL' },
  { objectives: ['valLoss', 'seconds'] },
)
const scored = (values: readonly number[]) =>
  values.map((value, i) => epoch(i + 1, value, { rougeL: Math.round(-10 * value) / 10 }))

describe('retained epochs', () => {
  it('have the best epoch among them after every epoch, and only what was there before', () => {
    fc.assert(
      fc.property(losses, scoring, fc.integer({ min: 0, max: 30 }), (values, by, more) => {
        const history = scored(values)
        const budget = values.length + more
        let checkpoints: readonly number[] = []
        for (let n = 1; n <= history.length; n++) {
          const retained = retainedEpochs(history.slice(0, n), by, budget)
          expect([...checkpoints, n]).toEqual(expect.arrayContaining([...retained]))
          expect(retained).toContain(bestEpoch(history.slice(0, n), by)!.metrics.epoch)
          expect(retained.length).toBeLessThanOrEqual(4)
          checkpoints = retained
        }
      }),
      { numRuns: 60 },
    )
  })

  it('do not depend on what was looked at before', () => {
    fc.assert(
      fc.property(losses, losses, (one, other) => {
        const alone = retainedEpochs(scored(one), {}, 60)
        retainedEpochs(scored(other), {}, 60)
        one.forEach((_, i) => retainedEpochs(scored(one.slice(0, i + 1)), {}, 60))
        expect(retainedEpochs(scored(one), {}, 60)).toEqual(alone)
      }),
      { numRuns: 30 },
    )
  })

  it('are the best one alone where a training is too short to be smoothed', () => {
    expect(retainedEpochs(historyOf(curve.slice(0, 10)), {}, 19)).toEqual([10])
  })
})

it('a verdict has the best epoch of its trial, whatever the trial counts by', () => {
  fc.assert(
    fc.property(losses, scoring, (values, by) => {
      const epochs = scored(values)
      const verdict = judge({
        epochs,
        budget: values.length,
        schedule: 'constant',
        validationTokens: null,
        startValLoss: null,
        scoring: by,
      })
      expect(verdict.bestEpoch).toBe(bestEpoch(epochs, by)!.metrics.epoch)
    }),
    { numRuns: 60 },
  )
})
