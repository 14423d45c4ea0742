import { describe, expect, it } from 'vitest'
import {
  leaderboard,
  leaderboardCsv,
  leaderboardRecords,
  studyView,
  type StudyFacts,
} from '../../src/report/index.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture()
const view = studyView(facts)

function withParams(extra: Record<string, string>): StudyFacts {
  const { document } = facts
  const trials = document.trials.map((trial, i) =>
    i === 4 ? { ...trial, params: { ...trial.params, ...extra } } : trial,
  )
  return { ...facts, document: { ...document, trials } }
}

describe('the leaderboard', () => {
  const { columns, rows } = leaderboard(view)

  it('has a column for all that is asked of it', () => {
    expect(columns.map(({ key }) => key)).toEqual([
      'rank',
      'trial',
      'valLoss',
      'perplexity',
      'param:learningRate',
      'param:batchSize',
      'param:epochs',
      'bestEpoch',
      'verdict',
      'seconds',
      'state',
    ])
    expect(rows.every(({ cells }) => columns.every(({ key }) => cells[key] !== undefined))).toBe(
      true,
    )
  })

  it('begins with the best', () => {
    expect(rows[0]!.trial.number).toBe(view.best!.number)
    expect(rows[0]!.cells).toMatchObject({
      rank: { value: 1, text: '1' },
      bestEpoch: { text: '20 / 20' },
      'param:learningRate': { value: 1.13e-3, text: '1.13e-3' },
    })
  })

  it('has the union of all trials’ parameters', () => {
    const { columns, rows } = leaderboard(studyView(withParams({ optimizer: 'lion' })))
    expect(columns.map(({ key }) => key)).toContain('param:optimizer')
    expect(
      rows.map(({ cells }) => cells['param:optimizer']!.text).filter(text => text !== '–'),
    ).toEqual(['lion'])
  })
})

describe('its files', () => {
  it('hold every trial with full precision', () => {
    const records = leaderboardRecords(view)
    expect(records).toHaveLength(14)
    expect(records[0]).toMatchObject({
      rank: 1,
      trial: 9,
      valLoss: view.best!.valLoss,
      learningRate: 1.13e-3,
      verdict: 'still-improving',
    })
    const lines = leaderboardCsv(view).trimEnd().split('\r\n')
    expect(lines).toHaveLength(15)
    expect(lines[0]!.split(',').slice(0, 5)).toEqual([
      'rank',
      'trial',
      'valLoss',
      'perplexity',
      'learningRate',
    ])
    expect(lines[1]!.split(',').slice(0, 3)).toEqual(['1', '9', String(view.best!.valLoss)])
  })

  it('quote what needs it, and hold no formula for a spreadsheet to run', () => {
    const csv = leaderboardCsv(studyView(withParams({ note: '=HYPERLINK("http://x"),\n' })))
    expect(csv).toContain(`"'=HYPERLINK(""http://x""),\n"`)
  })

  it('of an empty study are a heading', () => {
    expect(leaderboardCsv(studyView(emptyStudyFixture()))).toMatch(/^rank,trial,[^\r\n]+\r\n$/)
  })
})
