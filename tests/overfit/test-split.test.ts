import { describe, expect, it } from 'vitest'
import {
  testAbsent,
  pairedError,
  plusMinus,
  rankOnTest,
  ratioError,
  studentZ,
  testSentences,
  testPending,
  type ExampleLoss,
} from '../../src/overfit/index.js'
import { LANGUAGES } from '../../src/record/language.js'
import type { FinalistRecord } from '../../src/record/finalist.js'
import { normalsOf } from './histories.js'

const finalist = (
  trial: number,
  validation: number,
  test: number,
  against: FinalistRecord['against'] = [],
  error = 0.05,
): FinalistRecord => ({
  trial,
  epoch: 1,
  validation: { loss: validation, error },
  test: { loss: test, error },
  against,
})

describe('finalists on a test split', () => {
  const four = [
    finalist(7, 1.2, 1.3),
    finalist(3, 1.22, 1.29, [{ trial: 7, error: 0.02 }]),
    finalist(9, 1.25, 1.32, [
      { trial: 7, error: 0.02 },
      { trial: 3, error: 0.02 },
    ]),
    finalist(1, 1.26, 1.6, [
      { trial: 7, error: 0.02 },
      { trial: 3, error: 0.02 },
      { trial: 9, error: 0.02 },
    ]),
  ]

  it('are told apart by the error of their difference, and have ranks with intervals', () => {
    expect(
      rankOnTest(four, 100).map(({ number, rank, ranks, behind }) => ({
        number,
        rank,
        ranks,
        behind,
      })),
    ).toEqual([
      { number: 3, rank: 1, ranks: [1, 3], behind: false },
      { number: 7, rank: 2, ranks: [1, 3], behind: false },
      { number: 9, rank: 3, ranks: [1, 3], behind: false },
      { number: 1, rank: 4, ranks: [4, 4], behind: true },
    ])
  })

  it('on few examples are told apart only by more: the error that five examples show is itself uncertain', () => {
    const two = [finalist(0, 1, 1), finalist(1, 1, 1.1, [{ trial: 0, error: 0.04 }])]
    expect(rankOnTest(two, 100)[1]!.behind).toBe(true)
    expect(rankOnTest(two, 5)[1]!.behind).toBe(false)
    // scipy.stats.t.ppf(0.975, examples - 1)
    for (const [examples, quantile] of [
      [5, 2.776445],
      [10, 2.262157],
      [50, 2.009575],
      [100, 1.984217],
      [2000, 1.961151],
    ])
      expect(Math.abs(studentZ(examples!) - quantile!)).toBeLessThan(0.01)
  })

  it('that were not measured together differ by the errors of both', () => {
    const [first, second] = rankOnTest([finalist(0, 1, 1), finalist(1, 1, 1.1)], 100)
    expect([first!.behind, second!.behind]).toEqual([false, false])
    expect(
      rankOnTest([finalist(0, 1, 1), finalist(1, 1, 1.1, [{ trial: 0, error: 0.05 }])], 100)[1]!
        .behind,
    ).toBe(true)
  })

  it('have the rank that they would have on all examples within its interval, in 95 of 100 test splits and more', () => {
    const truths = [1, 1.02, 1.05, 1.2]
    const normal = normalsOf(5)
    let covered = 0
    const splits = 300
    for (let split = 0; split < splits; split++) {
      const hard = Array.from({ length: 60 }, () => 0.5 * normal())
      const examples = truths.map(truth =>
        hard.map((extra): ExampleLoss => ({
          tokens: 20,
          loss: 20 * (truth + extra + 0.15 * normal()),
        })),
      )
      const lossOf = (each: readonly ExampleLoss[]) =>
        each.reduce((sum, { loss }) => sum + loss, 0) / (20 * 60)
      const records = examples.map((each, trial): FinalistRecord => ({
        trial,
        epoch: 1,
        validation: { loss: 1, error: 0.1 },
        test: { loss: lossOf(each), error: ratioError(each) },
        against: examples
          .slice(0, trial)
          .map((other, i) => ({ trial: i, error: pairedError(each, other) })),
      }))
      for (const { number, ranks } of rankOnTest(records, 60))
        if (ranks[0] <= number + 1 && number + 1 <= ranks[1])
          covered += 1 / (splits * truths.length)
    }
    expect(covered).toBeGreaterThan(0.95)
  })
})

describe('the sentences about a test split', () => {
  const standings = rankOnTest(
    [finalist(7, 1.2, 1.3), finalist(3, 1.22, 1.29, [{ trial: 7, error: 0.02 }])],
    100,
  )

  it('have the loss of the winner, and whether the order is significant', () => {
    expect(testSentences({ examples: 100, standings, chosen: 7 }, 'en')).toEqual([
      'on the test split (100 examples that neither training nor the search uses), trial 7, chosen by its validation loss, has a loss of 1.30 ± 0.05; its validation loss is 1.20 ± 0.05: the difference, 0.10 ± 0.07, is not significant',
      'by test loss trial 3 is first, but not distinguishable from trial 7; trial 7 remains the winner, because a choice by test loss would make the test split a second validation split',
    ])
    expect(testSentences({ examples: 100, standings, chosen: 7 }, 'zh')).toEqual([
      '在测试集（100 条训练与搜索均未使用的样本）上，按验证损失选出的试验 7 的损失为 1.30 ± 0.05，其验证损失为 1.20 ± 0.05：相差 0.10 ± 0.07，差异不显著',
      '按测试损失，试验 3 排名第一，但与试验 7 的差异不显著；最佳试验仍为试验 7：若按测试损失选择，测试集就成了第二个验证集',
    ])
  })

  it('have the significant difference between test and validation loss', () => {
    const better = testSentences(
      { examples: 900, standings: rankOnTest([finalist(2, 1, 1.2, [], 0.004)], 900), chosen: 2 },
      'en',
    )
    expect(better).toHaveLength(1)
    expect(better[0]).toMatch(
      /its validation loss is 1\.000 ± 0\.004: test loss is 0\.200 ± 0\.006 higher$/,
    )
    expect(
      testSentences(
        { examples: 900, standings: rankOnTest([finalist(2, 1.2, 1, [], 0.004)], 900), chosen: 2 },
        'en',
      )[0],
    ).toMatch(/test loss is 0\.200 ± 0\.006 lower, so the test examples are easier$/)
  })

  it('name the objective that chose the winner', () => {
    expect(
      testSentences({ examples: 9, standings, chosen: 7, objective: 'rougeL' }, 'en')[0],
    ).toContain("chosen by the study's objective")
  })

  it('state why there is none, in both languages', () => {
    expect(testAbsent('few', 'en')).toMatch(
      /^there is no test split.*: the data have fewer than 500 different records$/,
    )
    expect(testAbsent('not-asked', 'zh')).toMatch(/^没有测试集.*研究未划分测试集/)
    for (const language of LANGUAGES) expect(testPending(50, language)).toContain('50')
  })

  it('has as many decimals as its error allows', () => {
    expect(
      [
        [1.23456, 0.05],
        [1.23456, 0.0042],
        [-0.00001, 0.0003],
        [-0.5, 0.1],
      ].map(([loss, error]) => plusMinus({ loss: loss!, error: error! })),
    ).toEqual(['1.23 ± 0.05', '1.235 ± 0.004', '0.0000 ± 0.0003', '−0.50 ± 0.10'])
  })
})
