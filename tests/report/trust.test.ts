import { describe, expect, it } from 'vitest'
import { modelCard, studyView } from '../../src/report/index.js'
import { studyPage } from '../../src/server/page/study.js'
import { summary } from '../../src/cli/summary.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture({ state: 'complete' })
const { document } = facts

/** The same study, with fewer examples held back. */
function heldBack(examples: number, tokens: number): typeof facts {
  const preparation = document.preparation!
  return { ...facts, document: { ...document, preparation: { ...preparation, data: { ...preparation.data, validation: examples, validationTokens: tokens } } } }
}

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
    expect(trust!.advice.map(({ advice }) => advice)).toContain('Hold back more examples for validation')
    expect(trust!.advice[0]!.ground).toMatch(/^5 examples say little/)
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
    const twin = document.trials.find(({ number, state }) => state === 'complete' && number !== best)!.number
    const trials = document.trials.map(trial => (trial.number === twin ? { ...document.trials[best]!, number: twin, training: best } : trial))
    const { standings } = studyView({ ...facts, document: { ...document, trials } }).trust!
    expect(standings.filter(({ number }) => number === best || number === twin)).toHaveLength(1)
  })

  it('is told in the same words by terminal, page and model card', () => {
    const view = studyView(heldBack(5, 60))
    const { sentence, advice } = view.trust!
    // Each escapes and capitalises in its own way
    const words = (text: string) => text.toLowerCase().replace(/[\\]/g, '').replace(/\s+/g, ' ')
    for (const told of [summary(view), studyPage(view), modelCard(view)]) {
      expect(words(told)).toContain(words(sentence))
      for (const { advice: what, ground } of advice) {
        expect(words(told)).toContain(words(what))
        expect(words(told)).toContain(words(ground))
      }
    }
  })

  it('names the overfitted trials in the same words on terminal and page', () => {
    const view = studyView(facts)
    expect(view.overfitted.length).toBeGreaterThan(0)
    for (const { reason } of view.overfitted) {
      expect(summary(view)).toContain(reason)
      expect(studyPage(view)).toContain(reason.slice(1))
    }
  })

  it('is said in Chinese to who asks for it', () => {
    const { trust } = studyView(heldBack(5, 60), 'zh')
    expect(trust!.sentence).toMatch(/^试验 \d+ 排名第一/)
    expect(trust!.advice.map(({ advice }) => advice)).toContain('留出更多样本用于验证')
  })
})
