import { describe, expect, it } from 'vitest'
import {
  adviceFor,
  adviceText,
  generalizationGap,
  rankFinalists,
  type Advice,
  type AdviceFacts,
} from '../../src/overfit/index.js'
import { LANGUAGES } from '../../src/record/language.js'

const calm: AdviceFacts = {
  best: { verdict: 'plateau', bestEpoch: 8, epochsRun: 10, valLoss: 1.2, trainLoss: 1.1 },
  trials: 12,
  verdicts: { plateau: 12 },
  diverged: 0,
  trainExamples: 50_000,
  validation: { examples: 2000, tokens: 80_000 },
  duplicates: 0,
  parameters: 260_000,
  ranking: rankFinalists(
    [
      { number: 3, loss: 1.2 },
      { number: 1, loss: 1.4 },
    ],
    { examples: 2000, tokens: 80_000 },
  ),
}
const kinds = (facts: AdviceFacts) => adviceFor(facts).map(({ advice }) => advice)

describe('advice', () => {
  it('is empty if nothing is wrong', () => {
    expect(adviceFor(calm)).toEqual([])
  })

  it('is more data and fewer epochs if the best trial overfitted', () => {
    const facts: AdviceFacts = {
      ...calm,
      best: { verdict: 'overfit', bestEpoch: 3, epochsRun: 9, valLoss: 0.37, trainLoss: 0.05 },
      verdicts: { overfit: 7, plateau: 5 },
      trainExamples: 140,
    }
    expect(kinds(facts)).toEqual(['fewer-epochs', 'more-data', 'more-regularization'])
    expect(generalizationGap(facts)).toBeCloseTo(0.32, 12)
    const [fewer, data] = adviceFor(facts).map(each => adviceText(each, 'en'))
    expect(fewer).toEqual({
      advice: 'Train for fewer epochs, about 3',
      ground: 'the best epoch of the best trial is 3 of 9, and 7 of 12 trials overfitted',
    })
    expect(data!.ground).toBe(
      'training loss is 0.05 where validation loss is 0.37: the model fits its 140 training examples better than new ones, with 260,000 trainable parameters',
    )
  })

  it('is a lower learning rate if the first epoch is the best, or if many trials diverged', () => {
    const first: AdviceFacts = {
      ...calm,
      best: { verdict: 'overfit', bestEpoch: 1, epochsRun: 6, valLoss: 1, trainLoss: 0.9 },
    }
    expect(adviceFor(first)).toEqual([
      { advice: 'smaller-learning-rate', because: 'first-epoch', epochsRun: 6 },
    ])
    expect(kinds({ ...calm, diverged: 5, verdicts: { diverged: 2, plateau: 10 } })).toEqual([
      'smaller-learning-rate',
    ])
    expect(kinds({ ...calm, diverged: 1 })).toEqual([])
    expect(kinds({ ...calm, best: null, ranking: null, diverged: 12, trials: 0 })).toEqual([
      'smaller-learning-rate',
    ])
  })

  it('is more epochs if the best trial was still improving', () => {
    expect(
      kinds({
        ...calm,
        best: {
          verdict: 'still-improving',
          bestEpoch: 10,
          epochsRun: 10,
          valLoss: 1.2,
          trainLoss: 0.4,
        },
      }),
    ).toEqual(['more-epochs'])
  })

  it('calls five validation examples few, and the ranking on them not significant', () => {
    const validation = { examples: 5, tokens: 150 }
    const ranking = rankFinalists(
      [
        { number: 3, loss: 1.2 },
        { number: 1, loss: 1.24 },
        { number: 5, loss: 1.25 },
        { number: 2, loss: 2.4 },
      ],
      validation,
    )
    const advice = adviceFor({ ...calm, validation, ranking })
    expect(advice.map(each => each.advice)).toEqual(['larger-validation-set', 'doubt-the-ranking'])
    const [larger, doubt] = advice.map(each => adviceText(each, 'en'))
    expect(larger!.ground).toMatch(
      /^5 validation examples are few: the best validation loss is 1\.20, its 95% interval 0\.\d\d to 1\.\d\d$/,
    )
    expect(doubt!.advice).toBe(
      'Do not rely on the order at the top: trial 3 is not distinguishable from trials 1 and 5',
    )
    expect(doubt!.ground).toMatch(
      /the best of 12 trials has a selection bias of about 0\.\d+ nats\/token$/,
    )
  })

  it('names duplicates', () => {
    expect(adviceFor({ ...calm, duplicates: 40 })).toEqual([
      { advice: 'remove-duplicates', duplicates: 40, examples: 52_000 },
    ])
  })

  it('has the same numbers in every language', () => {
    const all: Advice[] = [
      { advice: 'more-data', trainLoss: 0.1, valLoss: 0.5, examples: 120, parameters: null },
      { advice: 'fewer-epochs', bestEpoch: 3, epochsRun: 9, overfitted: 4, trials: 7 },
      { advice: 'smaller-learning-rate', because: 'diverged', diverged: 4, trials: 9 },
      { advice: 'smaller-learning-rate', because: 'first-epoch', epochsRun: 6 },
      { advice: 'more-regularization', examplesPerParameter: 0.001, gap: 0.4 },
      { advice: 'more-epochs', epochsRun: 6 },
      { advice: 'larger-validation-set', examples: 5, loss: 1, low: 0.7, high: 1.3 },
      {
        advice: 'doubt-the-ranking',
        first: 2,
        tied: [1, 3, 4, 5, 6],
        trials: 12,
        selectionBias: 0.02,
      },
      { advice: 'remove-duplicates', duplicates: 4, examples: 60 },
    ]
    const digits = (text: string) => new Set(text.match(/\d+(\.\d+)?/g))
    for (const advice of all) {
      const [english, chinese] = LANGUAGES.map(language => adviceText(advice, language))
      expect(chinese!.advice).toMatch(/\p{Script=Han}/u)
      expect(chinese!.ground).toMatch(/\p{Script=Han}/u)
      expect(english!.ground).not.toMatch(/NaN|undefined/)
      if (
        advice.advice !== 'doubt-the-ranking' &&
        advice.advice !== 'more-regularization' &&
        advice.advice !== 'smaller-learning-rate'
      )
        expect(digits(chinese!.ground)).toEqual(digits(english!.ground))
    }
  })
})
