import { describe, expect, it } from 'vitest'
import {
  leaderboard,
  leaderboardCsv,
  leaderboardRecords,
  rankedBy,
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

describe('the ranking value', () => {
  const smoothed = studyView({
    ...facts,
    document: {
      ...facts.document,
      trials: facts.document.trials.map(trial =>
        trial.number === 9 && trial.state === 'complete'
          ? { ...trial, smoothed: { objective: 0.81, bestMeasured: 0.8 } }
          : trial,
      ),
    },
  })

  it('has a column beside the raw loss only if another value ranks a trial', () => {
    expect(leaderboard(view).columns.map(({ key }) => key)).not.toContain('rankValue')
    const { columns, rows } = leaderboard(smoothed)
    expect(columns.map(({ key }) => key).slice(0, 4)).toEqual([
      'rank',
      'trial',
      'rankValue',
      'valLoss',
    ])
    const [first, second] = rows
    expect(first!.cells['rankValue']).toEqual({ value: 0.81, text: '0.8100 smoothed' })
    expect(first!.cells['valLoss']!.value).toBe(view.best!.valLoss)
    expect(second!.cells['rankValue']!.text).toMatch(/^\d\.\d{4} raw$/)
  })

  it('is in the sentence above the table, and in the files', () => {
    expect(rankedBy(view)).toBe('Ranked by the validation loss of each trial’s best epoch.')
    expect(rankedBy(smoothed)).toBe(
      'Ranked by the validation loss of each trial’s best epoch, smoothed if its curve is noisy.',
    )
    expect(leaderboardRecords(smoothed)[0]).toMatchObject({ rankValue: 0.81, rankedBy: 'smoothed' })
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

  it.each(['=1+1', '+1', '-1', '@A1', '\t=1', ' =1', '＝1+1', '＋1', '－1', '＠A1'])(
    'hold %j as a text',
    note => {
      expect(leaderboardCsv(studyView(withParams({ note })))).toMatch(
        new RegExp(`[,"]'${note.replaceAll('+', '\\+')}`),
      )
    },
  )

  it('keep parameters that are called like facts of the trial', () => {
    const own = {
      device: 'phone',
      state: 'NY',
      seconds: 'long',
      rank: 'high',
      trial: 'b',
      leader: 'Ada',
    }
    const records = leaderboardRecords(studyView(withParams(own)))
    const [first] = records.filter(record => record['param:device'] === 'phone')
    for (const [name, value] of Object.entries(own))
      expect(first![`param:${name}`] ?? first![name]).toBe(value)
    expect(Object.keys(first!)).toContain('device')
    expect(first!.device).not.toBe('phone')
  })

  it('of an empty study are a heading', () => {
    expect(leaderboardCsv(studyView(emptyStudyFixture()))).toMatch(/^rank,trial,[^\r\n]+\r\n$/)
  })
})
