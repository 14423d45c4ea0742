import { describe, expect, it } from 'vitest'
import { type TrialRecord, type Rationale } from '../../src/record/trial.js'
import { finish, start } from '../../src/record/transitions.js'
import {
  calibrationLine,
  predictionLine,
  improvementLine,
  leaderboard,
  rankedBy,
  studyView,
  type StudyFacts,
} from '../../src/report/index.js'
import { studyFixture } from '../fixtures/study/study.js'

const { document: fixture } = studyFixture({ state: 'complete' })

interface TrialFacts {
  readonly objective: number
  readonly rationale?: Partial<Rationale>
  readonly repeatOf?: number
  readonly objectives?: readonly [number, number]
  readonly failed?: boolean
}

function facts(
  results: readonly TrialFacts[],
  spec: Partial<StudyFacts['document']['spec']> = {},
): StudyFacts {
  const trials = results.map(
    ({ objective, rationale = {}, repeatOf, objectives, failed }, number): TrialRecord => {
      const asked = {
        number,
        params: { learningRate: 10 ** -(2 + number), batchSize: 8, epochs: 3 },
        ...(repeatOf === undefined ? {} : { repeatOf }),
        basis: { finished: [], running: [] },
        leader: number,
        rationale: { method: 'random', text: 'drawn', expected: null, ...rationale },
      }
      const running = start(
        { ...asked, state: 'waiting' },
        { attempt: 1, startedAt: '2026-01-01T00:00:00.000Z', device: 'cpu' },
      )
      const so = { endedAt: '2026-01-01T00:01:00.000Z', seconds: 60, epochsRun: 3 }
      if (failed)
        return finish(running, {
          ...so,
          state: 'failed',
          failure: { kind: 'diverged', epoch: 1, message: 'not a number' },
        })
      return finish(running, {
        ...so,
        state: 'complete',
        objective,
        ...(objectives ? { objectives } : {}),
        bestEpoch: 3,
        stop: { kind: 'budget' },
        verdict: { kind: 'plateau', reason: '', bestEpoch: 3, confidence: 1 },
      })
    },
  )
  return {
    document: { ...fixture, trials, spec: { ...fixture.spec, ...spec } },
    epochs: new Map(),
    live: false,
  }
}

const defaults = { method: 'defaults' }

describe('the improvement over the defaults', () => {
  const line = (results: readonly TrialFacts[], spec = {}) =>
    improvementLine(studyView(facts(results, spec)))

  it('is in nats per token, against the trial with the defaults', () => {
    expect(
      line([{ objective: 1.5, rationale: defaults }, { objective: 1.188 }, { objective: 1.4 }]),
    ).toBe('Improvement over the defaults (trial 0): 0.31 nats/token.')
  })

  it('is in the objective of the study', () => {
    expect(
      line([{ objective: 0.5, rationale: defaults }, { objective: 0.75 }], {
        objective: 'exactMatch',
        direction: 'maximize',
      }),
    ).toBe('Improvement over the defaults (trial 0): 0.25 in exact match.')
  })

  it('is absent if no trial is better, and unknown if the defaults failed or did not run', () => {
    expect(line([{ objective: 1.1, rationale: defaults }, { objective: 1.2 }])).toBe(
      'No trial is better than the defaults (trial 0).',
    )
    expect(
      line([{ objective: 1.1, rationale: defaults, failed: true }, { objective: 1.2 }]),
    ).toContain('failed')
    expect(line([{ objective: 1.1 }, { objective: 1.2 }])).toBeNull()
  })

  it('compares means if configurations are repeated', () => {
    const results = [
      { objective: 1.4, rationale: defaults },
      { objective: 1.6, repeatOf: 0 },
      { objective: 1.0 },
      { objective: 1.2, repeatOf: 2 },
    ]
    expect(studyView(facts(results, { repeats: 2 })).defaults).toMatchObject({
      objective: 1.5,
      improvement: 1.5 - 1.1,
    })
  })
})

describe('repeats on a leaderboard', () => {
  it('stand together, ranked by their mean, with their spread', () => {
    const view = studyView(
      facts(
        [
          { objective: 1.3 },
          { objective: 1.2 },
          { objective: 1.29, repeatOf: 0 },
          { objective: 1.5, repeatOf: 1 },
        ],
        { repeats: 2 },
      ),
    )
    const { columns, rows } = leaderboard(view)
    expect(rows.map(({ trial }) => trial.number)).toEqual([2, 0, 1, 3])
    expect(columns.map(({ key }) => key)).toContain('mean')
    expect(rows.map(({ cells }) => cells['mean']!.text)).toEqual([
      '1.2950 ± 0.0071 (2)',
      '1.2950 ± 0.0071 (2)',
      '1.3500 ± 0.2121 (2)',
      '1.3500 ± 0.2121 (2)',
    ])
    expect(rankedBy(view)).toBe(
      'Ranked by the mean validation loss of each configuration’s repeats.',
    )
  })
})

it('two objectives mark the Pareto front, and rank by the first', () => {
  const results: TrialFacts[] = [
    { objective: 1.1, objectives: [1.1, 60] },
    { objective: 1.2, objectives: [1.2, 30] },
    { objective: 1.3, objectives: [1.3, 40] },
  ]
  const view = studyView(facts(results, { objectives: ['valLoss', 'seconds'] }))
  const { rows } = leaderboard(view)
  expect(rows.map(({ trial, cells }) => [trial.number, cells['front']!.text])).toEqual([
    [0, '★'],
    [1, '★'],
    [2, ''],
  ])
  expect(rankedBy(view)).toContain(
    'no other trial is better in validation loss without being worse in seconds of training',
  )
  expect(leaderboard(studyView(facts(results))).columns.map(({ key }) => key)).not.toContain(
    'front',
  )
})

describe('the prediction of a trial', () => {
  const view = studyView(
    facts([
      { objective: 1.5 },
      { objective: 1.25, rationale: { expected: { mean: 1.3, sd: 0.02 } } },
      { objective: 1.31, rationale: { expected: { mean: 1.3, sd: 0.02 } } },
    ]),
  )

  it('stands beside the result', () => {
    expect(view.trials.map(trial => predictionLine(trial, 'minimize'))).toEqual([
      null,
      'predicted 1.3 ± 0.02, measured 1.25: 2.5 sd better',
      'predicted 1.3 ± 0.02, measured 1.31: 0.5 sd worse',
    ])
  })

  it('is about a full training: a trial that ended while paused has no result', () => {
    const { document } = facts([
      { objective: 1.5, rationale: { expected: { mean: 1.3, sd: 0.02 } } },
    ])
    const trials = document.trials.map(trial =>
      trial.state === 'complete'
        ? { ...trial, stop: { kind: 'not-resumed' as const, reason: 'all epochs are spent' } }
        : trial,
    )
    const left = studyView({ document: { ...document, trials }, epochs: new Map(), live: false })
    expect(predictionLine(left.trials[0]!, 'minimize')).toBe('predicted 1.3 ± 0.02; ended early')
    expect(left.calibration).toBeNull()
  })

  it('has a summary', () => {
    expect(calibrationLine(view)).toBe(
      '1 of 2 predicted results is within 2 standard deviations of the prediction.',
    )
    expect(calibrationLine(studyView(facts([{ objective: 1 }])))).toBeNull()
  })
})
