import { describe, expect, it } from 'vitest'
import { judge, judgeBy, type VerdictInput } from '../../src/overfit/index.js'

/** Falls to 1 at epoch 4 and rises from there. */
const risen = [2, 1.5, 1.2, 1, 1.1, 1.25, 1.4, 1.6, 1.8, 2, 2.2]

function history(losses: readonly number[]): VerdictInput {
  return {
    epochs: losses.map((valLoss, i) => ({ epoch: i + 1, loss: 1.9 / (i + 1), valLoss })),
    budget: 30,
    schedule: 'constant',
    validationTokens: 2000,
    startValLoss: 2.5,
  }
}

const stopsAfter = (earlyStopping: string) =>
  risen.findIndex((_, i) => judgeBy(earlyStopping, history(risen.slice(0, i + 1))).stop) + 1

describe('a training ends early', () => {
  it('when the judge says so', () => {
    const by = judgeBy('verdict', history(risen))
    expect(by).toEqual(judge(history(risen)))
    expect(by.stop).toBe(true)
  })

  it('never, when the study says so, and is judged all the same', () => {
    expect(stopsAfter('off')).toBe(0)
    expect(judgeBy('off', history(risen)).kind).toBe('overfit')
  })

  it('by a classic rule that the study names', () => {
    expect(stopsAfter('patience(2)')).toBe(6)
    expect(stopsAfter('patience(4)')).toBe(8)
    expect(stopsAfter('GL(50)')).toBe(8)
  })

  it('by no rule that does not exist', () => {
    expect(() => judgeBy('hope(5)', history(risen))).toThrow(
      'Use one of patience, GL, PQ, UP, keras, optuna',
    )
  })
})
