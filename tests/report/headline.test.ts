import { describe, expect, it } from 'vitest'
import {
  resultLine,
  sharingLine,
  statusLine,
  studyStateKey,
  studyView,
  type StudyFacts,
} from '../../src/report/index.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const running = studyFixture()
const complete = studyFixture({ state: 'complete' })

function inState(state: StudyFacts['document']['state'], live: boolean, reason = ''): StudyFacts {
  return { ...running, live, document: { ...running.document, state, reason } }
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
      /^Interrupted after 12 of 14 trials\. “tune study run support-assistant” resumes it\.$/,
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
    expect(studyStateKey('running', false)).toBe('interrupted')
    expect(studyStateKey('running', true)).toBe('running')
  })
})

describe('the result', () => {
  it('compares the best trial with the model before fine-tuning', () => {
    expect(resultLine(studyView(running))).toBe(
      'Trial 9 is the best so far, at epoch 20: validation loss 0.8371 nats/token (perplexity 2.31); before fine-tuning: 4.1127 (61.1).',
    )
    expect(resultLine(studyView(complete))).toMatch(/^Trial 9 is the best, at epoch 20/)
  })

  it('is no improvement if the best trial is no better than the model before fine-tuning', () => {
    const { document } = running
    const facts = {
      ...running,
      document: { ...document, preparation: { ...document.preparation!, valLoss: 0.5 } },
    }
    expect(resultLine(studyView(facts))).toMatch(
      /but it is no improvement: .*; before fine-tuning: 0\.5000/,
    )
  })

  it('is awaited before there is one', () => {
    expect(resultLine(studyView(emptyStudyFixture()))).toBe(
      'The first result appears after the first finished trial.',
    )
  })
})

it('the line about shared runs exists only if trials shared runs', () => {
  expect(sharingLine(studyView(running))).toBeNull()
  expect(
    sharingLine({ ...studyView(running), saved: { trials: 48, epochs: 300, seconds: 75 } }),
  ).toBe('48 trials shared the training run of another trial, which saved 300 epochs (1 min 15 s).')
})
