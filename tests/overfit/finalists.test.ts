import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../src/math/random.js'
import { mean, sampleStandardDeviation } from '../../src/math/statistics.js'
import {
  estimatedDifferenceError,
  estimatedError,
  overSeeds,
  pairedError,
  rankFinalists,
  rankingSentence,
  ratioError,
  type ExampleLoss,
} from '../../src/overfit/index.js'
import { normalsOf } from './histories.js'

describe('the error of a validation loss', () => {
  const examplesOf = (count: number, normal: () => number): ExampleLoss[] =>
    Array.from({ length: count }, () => {
      const tokens = Math.round(30 * Math.exp(0.4 * normal()))
      return { tokens, loss: tokens * Math.max(0.1, 1 + 0.5 * normal()) }
    })

  it('from the losses of its examples is what repeated samples scatter by', () => {
    const normal = normalsOf(1)
    const samples = Array.from({ length: 400 }, () => examplesOf(50, normal))
    const losses = samples.map(
      each =>
        each.reduce((sum, { loss }) => sum + loss, 0) /
        each.reduce((sum, { tokens }) => sum + tokens, 0),
    )
    expect(mean(samples.map(ratioError)) / sampleStandardDeviation(losses)).toBeCloseTo(1, 1)
  })

  it('is 0 where all examples have the same loss per token, and not known from one', () => {
    expect(
      ratioError([
        { loss: 2, tokens: 4 },
        { loss: 5, tokens: 10 },
      ]),
    ).toBeCloseTo(0, 12)
    expect(() => ratioError([{ loss: 2, tokens: 4 }])).toThrow(RangeError)
  })

  it('cancels between two trials that err alike on the same examples', () => {
    const a = examplesOf(30, normalsOf(2))
    const b = a.map(({ loss, tokens }) => ({ loss: loss + 0.1 * tokens, tokens }))
    expect(pairedError(a, b)).toBeCloseTo(0, 9)
    expect(ratioError(a)).toBeGreaterThan(0.01)
  })

  it('halves with four times the examples, and more tokens of the same examples do not lower it', () => {
    const few = estimatedError(1, { examples: 10, tokens: 400 })
    expect(estimatedError(1, { examples: 40, tokens: 400 })).toBeCloseTo(few / 2, 12)
    expect(estimatedError(1, { examples: 10, tokens: 4000 })).toBe(few)
    expect(estimatedDifferenceError(1, 1, { examples: 10, tokens: 400 })).toBeLessThan(few)
  })
})

describe('a ranking', () => {
  const large = { examples: 1000, tokens: 40_000 }
  const finalists = [
    { number: 4, loss: 1.31 },
    { number: 7, loss: 1.3 },
    { number: 2, loss: 1.8 },
  ]

  it('says which trials the first is not distinguishable from', () => {
    const five = rankFinalists(finalists, { examples: 5, tokens: 200 })
    expect(five.standings.map(({ number, rank, behind }) => ({ number, rank, behind }))).toEqual([
      { number: 7, rank: 1, behind: false },
      { number: 4, rank: 2, behind: false },
      { number: 2, rank: 3, behind: true },
    ])
    expect(rankingSentence(five, 'en')).toBe(
      'trial 7 is first, but not distinguishable from trial 4',
    )
    expect(rankingSentence(five, 'zh')).toBe('试验 7 排名第一，但与试验 4 的差异不显著')
    expect(
      rankingSentence(
        rankFinalists(
          [
            { number: 1, loss: 1 },
            { number: 2, loss: 1.5 },
          ],
          large,
        ),
        'en',
      ),
    ).toBe('trial 1 is first by a significant margin')
  })

  it('gives intervals that narrow with the examples, and probabilities that add up', () => {
    const [few, many] = [
      rankFinalists(finalists, { examples: 5, tokens: 200 }),
      rankFinalists(finalists, large),
    ]
    const width = (ranking: typeof few) => ranking.standings[0]!.high - ranking.standings[0]!.low
    expect(width(many)).toBeLessThan(width(few) / 10)
    expect(few.standings.reduce((sum, { first }) => sum + first, 0)).toBeCloseTo(1, 9)
    expect(few.standings[0]!.first).toBeGreaterThan(few.standings[2]!.first)
  })

  it('doubts a winner whose loss depends on the seed', () => {
    const [steady, lucky] = [overSeeds(1, [1.3, 1.31, 1.29]), overSeeds(2, [1.1, 1.5, 1.25])]
    expect(
      rankFinalists([steady, lucky], large).standings.map(({ number, behind }) => [number, behind]),
    ).toEqual([
      [2, false],
      [1, false],
    ])
  })

  it('of nothing is empty', () => {
    expect(rankFinalists([], large)).toEqual({ standings: [], selectionBias: 0 })
    expect(rankingSentence(rankFinalists([], large), 'en')).toBe('no trial is complete')
  })
})

describe('the selectionBias of a winner', () => {
  const set = { examples: 20, tokens: 800 }
  const noise = estimatedDifferenceError(1, 1, set) / Math.SQRT2

  /**
   * Mean of what the winner's reading is below its truth, in 200 searches, and of what was foretold
   * of it.
   */
  function searches(truths: readonly number[]): { real: number; foretold: number } {
    const normal = normalsOf(3)
    const outcomes = Array.from({ length: 200 }, () => {
      const readings = truths.map((truth, number) => ({ number, loss: truth + noise * normal() }))
      const ranking = rankFinalists(readings, set)
      const winner = ranking.standings[0]!
      return { real: truths[winner.number]! - winner.loss, foretold: ranking.selectionBias }
    })
    return {
      real: mean(outcomes.map(({ real }) => real)),
      foretold: mean(outcomes.map(({ foretold }) => foretold)),
    }
  }

  it('is foretold for many trials that are equally good', () => {
    const { real, foretold } = searches(Array<number>(20).fill(1))
    expect(real).toBeGreaterThan(1.5 * noise)
    expect(foretold / real).toBeGreaterThan(0.7)
    expect(foretold / real).toBeLessThan(1.3)
  })

  it('is foretold for trials that differ by about their noise', () => {
    const uniform = keyedUniform([4])
    const { real, foretold } = searches(Array.from({ length: 20 }, () => 1 + 4 * noise * uniform()))
    expect(foretold / real).toBeGreaterThan(0.6)
    expect(foretold / real).toBeLessThan(1.6)
  })

  it('is nothing where one trial is far ahead', () => {
    const { real, foretold } = searches([1, 2, 3])
    expect(Math.abs(real)).toBeLessThan(0.3 * noise)
    expect(foretold).toBeLessThan(0.1 * noise)
  })
})
