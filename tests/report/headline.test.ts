import { describe, expect, it } from 'vitest'
import {
  resultLine,
  savedLine,
  statusLine,
  studyStateWord,
  studyView,
  type StudyFacts,
} from '../../src/report/index.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const running = studyFixture()
const complete = studyFixture({ state: 'complete' })

function inState(state: StudyFacts['document']['state'], held: boolean, reason = ''): StudyFacts {
  return { ...running, held, document: { ...running.document, state, reason } }
}

describe('the status', () => {
  it.each([
    [
      'a running study: how far, and how long still',
      running,
      /^12 of 14 trials finished, 2 running, about \d+ s left\.$/,
    ],
    [
      'an interrupted one: how to go on',
      inState('running', false),
      /^Interrupted after 12 of 14 trials\. “tune study run support-assistant” goes on from there\.$/,
    ],
    [
      'a stopped one: how to go on',
      inState('stopped', false),
      /^Stopped after 12 of 14 trials\. “tune study run/,
    ],
    ['a complete one: what it took', complete, /^Complete: 14 trials in \d+ min/],
    [
      'a failed one: why',
      inState('failed', false, 'every trial ran out of memory'),
      /^Failed: every trial ran out of memory\.$/,
    ],
    [
      'a new one: how to begin',
      emptyStudyFixture(),
      /^Not started yet\. “tune study run fresh” starts it\.$/,
    ],
  ] as const)('says of %s', (_, facts, expected) => {
    expect(statusLine(studyView(facts))).toMatch(expected)
  })

  it('never calls a study running that nobody runs', () => {
    expect(studyStateWord('running', false)).toBe('interrupted')
    expect(studyStateWord('running', true)).toBe('running')
  })
})

describe('the result', () => {
  it('compares the best trial with the untouched model in plain words', () => {
    expect(resultLine(studyView(running))).toBe(
      'Trial 9 is the best so far, at its epoch 20: on examples it has not seen it now hesitates between 2.31 tokens at each step, where the untouched model hesitates between 61.1.',
    )
    expect(resultLine(studyView(complete))).toMatch(/^Trial 9 is the best, at its epoch 20/)
  })

  it('does not praise a best trial that is no better than the untouched model', () => {
    const { document } = running
    const facts = {
      ...running,
      document: { ...document, preparation: { ...document.preparation!, valLoss: 0.5 } },
    }
    expect(resultLine(studyView(facts))).toContain('is no better than the untouched model’s 0.5000')
  })

  it('is awaited before there is one', () => {
    expect(resultLine(studyView(emptyStudyFixture()))).toBe(
      'The first result comes with the first finished trial.',
    )
  })
})

it('what sharing saved is only told when it did', () => {
  expect(savedLine(studyView(running))).toBeNull()
  expect(
    savedLine({ ...studyView(running), saved: { trials: 48, epochs: 300, seconds: 75 } }),
  ).toBe('48 trials were read off another trial’s training, which saved 300 epochs (1 min 15 s).')
})
