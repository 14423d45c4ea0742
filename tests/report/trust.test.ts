import { describe, expect, it } from 'vitest'
import type { FinalistRecord } from '../../src/record/finalist.js'
import type { FinetuneTask } from '../../src/record/study.js'
import { finalistsTable, modelCard, studyView } from '../../src/report/index.js'
import { studyPage } from '../../src/server/page/study.js'
import { summary } from '../../src/cli/summary.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture({ state: 'complete' })
const { document } = facts

/** The same study, with fewer examples held back. */
function heldBack(examples: number, tokens: number): typeof facts {
  const preparation = document.preparation!
  return {
    ...facts,
    document: {
      ...document,
      preparation: {
        ...preparation,
        data: { ...preparation.data, validation: examples, validationTokens: tokens },
      },
    },
  }
}

/** The same study with a test split, on which the first three were measured. */
function tested(test: number, measured: boolean): typeof facts {
  const preparation = document.preparation!
  const ranked = [...document.trials]
    .flatMap(trial => (trial.state === 'complete' ? [trial] : []))
    .sort((a, b) => a.objective - b.objective)
    .slice(0, 3)
  const finalists = ranked.map(({ number, bestEpoch, objective }, i): FinalistRecord => ({
    trial: number,
    epoch: bestEpoch,
    validation: { loss: objective, error: 0.05 },
    test: { loss: objective + 0.1 - 0.15 * i, error: 0.06 },
    against: ranked.slice(0, i).map(other => ({ trial: other.number, error: 0.5 })),
  }))
  const task = { ...document.spec.task, test: 'auto' } as FinetuneTask
  return {
    ...facts,
    document: {
      ...document,
      spec: { ...document.spec, task },
      preparation: { ...preparation, data: { ...preparation.data, test, testTokens: 12 * test } },
      ...(measured ? { finalists } : {}),
    },
  }
}

/** Each place escapes and capitalises in its own way. */
const words = (text: string) =>
  text.toLowerCase().replace(/[\\]/g, '').replace(/&#39;/g, "'").replace(/\s+/g, ' ')

describe('what a test split says', () => {
  it('is told in the same words by terminal, page and model card, with the finalists in order of test loss', () => {
    const view = studyView(tested(48, true))
    const { sentences, standings } = view.test!
    expect(sentences).toHaveLength(2)
    expect(sentences[0]).toMatch(
      /^on the test split \(48 examples that neither training nor the search uses\), trial \d+, chosen by its validation loss, has a loss of/,
    )
    expect(sentences[1]).toMatch(
      /^by test loss trial \d+ is first, but not distinguishable from trials \d+ and \d+; trial \d+ remains the winner/,
    )
    expect(standings.map(({ rank, ranks }) => [rank, ...ranks])).toEqual([
      [1, 1, 3],
      [2, 1, 3],
      [3, 1, 3],
    ])
    const { rows } = finalistsTable(view.test!, 'en')
    for (const told of [summary(view), studyPage(view), modelCard(view)]) {
      for (const sentence of sentences) expect(words(told)).toContain(words(sentence))
      for (const cell of rows.flat()) expect(told).toContain(cell)
    }
  })

  it('is that the finalists are still to be measured, while the search runs', () => {
    expect(studyView(tested(48, false)).test).toMatchObject({
      examples: 48,
      standings: [],
      sentences: [expect.stringMatching(/^the test split holds 48 examples/)],
    })
  })

  it('is why there is none: the study asks for none, or the data are too few', () => {
    expect(studyView(facts).test!.sentences[0]).toMatch(
      /^there is no test split.*the study requests none/,
    )
    expect(studyView(tested(0, false)).test!.sentences[0]).toMatch(
      /^there is no test split.*fewer than 500 different records$/,
    )
  })

  it('is told where the objective is not a loss, too', () => {
    const { document: had, ...rest } = tested(48, true)
    const view = studyView({
      ...rest,
      document: {
        ...had,
        spec: { ...had.spec, objective: 'tokenAccuracy', direction: 'maximize' },
      },
    })
    expect(view.trust).toBeNull()
    expect(summary(view)).toContain('By test loss trial')
  })
})

describe('how far a leaderboard can be trusted', () => {
  it('is not said before the first trial is complete', () => {
    expect(studyView(emptyStudyFixture()).trust).toBeNull()
  })

  it('is said with the interval of each trial near the top, the first of them the best', () => {
    const { trust, best } = studyView(facts)
    const [first] = trust!.standings
    expect(first).toMatchObject({ number: best!.number, behind: false })
    expect(first!.low).toBeLessThan(best!.valLoss)
    expect(first!.high).toBeGreaterThan(best!.valLoss)
    expect(trust!.standings.reduce((sum, each) => sum + each.first, 0)).toBeCloseTo(1, 9)
  })

  it('is little where five examples were held back, and that is said', () => {
    const { trust } = studyView(heldBack(5, 60))
    expect(trust!.sentence).toMatch(/is first, but not distinguishable from/)
    expect(trust!.advice.map(({ advice }) => advice)).toContain('Increase the validation split')
    expect(trust!.advice[0]!.ground).toMatch(/^5 validation examples are few/)
  })

  it('grows with the examples held back', () => {
    const widthOf = (examples: number) => {
      const [first] = studyView(heldBack(examples, examples * 12)).trust!.standings
      return first!.high - first!.low
    }
    expect(widthOf(500)).toBeLessThan(widthOf(50))
    expect(widthOf(50)).toBeLessThan(widthOf(5))
  })

  it('counts trials that read the same epoch of one training as one model', () => {
    const best = studyView(facts).best!.number
    const twin = document.trials.find(
      ({ number, state }) => state === 'complete' && number !== best,
    )!.number
    const trials = document.trials.map(trial =>
      trial.number === twin ? { ...document.trials[best]!, number: twin, leader: best } : trial,
    )
    const { standings } = studyView({ ...facts, document: { ...document, trials } }).trust!
    expect(standings.filter(({ number }) => number === best || number === twin)).toHaveLength(1)
  })

  it('is told in the same words by terminal, page and model card', () => {
    const view = studyView(heldBack(5, 60))
    const { sentence, advice } = view.trust!
    for (const told of [summary(view), studyPage(view), modelCard(view)]) {
      expect(words(told)).toContain(words(sentence))
      for (const { advice: what, ground } of advice) {
        expect(words(told)).toContain(words(what))
        expect(words(told)).toContain(words(ground))
      }
    }
  })

  it('names the overfitted trials in the same words on terminal, page and model card', () => {
    const view = studyView(facts)
    expect(view.overfitted.length).toBeGreaterThan(0)
    for (const { number, reason } of view.overfitted) {
      expect(summary(view)).toContain(`Trial ${number}: ${reason}`)
      expect(studyPage(view)).toContain(reason.slice(1))
      expect(words(modelCard(view))).toContain(words(`trial ${number}: ${reason}`))
    }
  })

  it('is said in Chinese to who asks for it', () => {
    const { trust } = studyView(heldBack(5, 60), 'zh')
    expect(trust!.sentence).toMatch(/^试验 \d+ 排名第一/)
    expect(trust!.advice.map(({ advice }) => advice)).toContain('增大验证集')
  })
})
