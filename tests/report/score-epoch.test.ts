import { expect, it } from 'vitest'
import { summary } from '../../src/cli/summary.js'
import {
  learningCurves,
  modelCard,
  rankedBy,
  resultLine,
  studyView,
} from '../../src/report/index.js'
import { studyPage } from '../../src/server/page/study.js'
import { studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture({ state: 'complete' })
const viewOf = (scoreEpoch: 'best' | 'last') =>
  studyView({
    ...facts,
    document: { ...facts.document, spec: { ...facts.document.spec, scoreEpoch } },
  })

it('a study that scores trials by their last epoch says so wherever a score is shown, and no other does', () => {
  const [best, last] = [viewOf('best'), viewOf('last')]
  expect(rankedBy(last)).toBe('Ranked by the validation loss of each trial’s last epoch.')
  expect(resultLine(last)).toMatch(/at its last epoch \d+/)
  expect(learningCurves(last)[0]!.summary).toMatch(
    /scored by the validation loss [\d.]+ at its last epoch/,
  )
  expect(summary(last)).toContain('Scored epoch / run')
  expect(studyPage(last)).toContain('last epoch, which counts')
  expect(studyPage(last)).toContain('Scored epoch / run')
  expect(modelCard(last)).toMatch(
    /epoch \d+, the last, by which the study scores its trials, of trial/,
  )
  for (const told of [summary(best), studyPage(best), modelCard(best)])
    expect(told).not.toMatch(/last epoch|Scored epoch/)
})
