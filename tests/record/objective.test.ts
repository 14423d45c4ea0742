import { describe, expect, it } from 'vitest'
import type { EpochMetrics } from '../../src/record/metric.js'
import { bestEpochBy, directionOf, objectiveOf } from '../../src/record/objective.js'

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
    expect(bestEpochBy(history, {})!.epoch).toBe(2)
  })

  it('is that with the highest score, where a score is asked', () => {
    expect(bestEpochBy(history, { objective: 'rougeL' })!.epoch).toBe(3)
  })

  it('is the one of the lower validation loss among equals: the first steps of a score are all zeros', () => {
    expect(bestEpochBy(history, { objective: 'exactMatch' })!.epoch).toBe(2)
  })

  it('is the last, where a trial counts by that, whatever came before', () => {
    expect(bestEpochBy(history, { scoreEpoch: 'last' })!.epoch).toBe(4)
    expect(
      bestEpochBy(history.slice(0, 3), { scoreEpoch: 'last', objective: 'rougeL' })!.epoch,
    ).toBe(3)
    expect(bestEpochBy([...history, epoch(5, Number.NaN)], { scoreEpoch: 'last' })).toBeUndefined()
  })

  it('is none where no epoch has a value', () => {
    expect(bestEpochBy([epoch(1, 2)], { objective: 'rougeL' })).toBeUndefined()
    expect(bestEpochBy([epoch(1, Number.NaN)], {})).toBeUndefined()
    expect(objectiveOf(epoch(1, 2), 'rougeL')).toBeNaN()
  })
})

describe('an objective', () => {
  it('has a direction of its own', () => {
    expect(directionOf('perplexity')).toBe('minimize')
    expect(directionOf('exactMatch')).toBe('maximize')
  })
})
