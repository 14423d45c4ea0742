import { describe, expect, it } from 'vitest'
import type { StudySpec } from '../../src/record/study.js'
import type { TrialRecord } from '../../src/record/trial.js'
import { studySpec } from '../../src/study/specification.js'
import type { FinetuneDefinition } from '../../src/study/definition/schema.js'
import { askNext } from '../../src/study/decision/ask.js'
import { trialPlan, trialsPlanned } from '../../src/study/decision/plan.js'

function study(definition: Partial<FinetuneDefinition>): StudySpec {
  return studySpec('s', { model: 'm', data: 'd', ...definition }, '/')
}

function askAll(spec: StudySpec): TrialRecord[] {
  const plan = trialPlan(spec)
  const trials: TrialRecord[] = []
  for (;;) {
    if (trials.length >= spec.trials) return trials
    const asked = askNext(spec, plan, trials, spec.trials)
    if (asked.kind === 'exhausted') return trials
    trials.push(...asked.trials)
  }
}

const cube = {
  learningRate: [1e-4, 1e-3, 3e-3, 1e-2],
  batchSize: [2, 4, 8, 16],
  epochs: [2, 4, 8, 16],
}

describe('trials that differ in epochs alone', () => {
  it('share a training: a 4 × 4 × 4 grid is 64 trials of 16 trainings', () => {
    const spec = study({ sampler: 'grid', space: cube })
    const trials = askAll(spec)
    expect(trialsPlanned(spec, trialPlan(spec), spec.trials)).toBe(64)
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 64 }, (_, i) => i))
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(64)
    const leaders = trials.filter(trial => trial.leader === trial.number)
    expect(leaders).toHaveLength(16)
    for (const leader of leaders) {
      expect(leader.params['epochs']).toBe(16)
      const { learningRate, batchSize } = leader.params
      expect(
        trials.filter(trial => trial.leader === leader.number).map(({ params }) => params),
      ).toEqual([2, 4, 8, 16].map(epochs => ({ learningRate, batchSize, epochs })))
    }
  })

  it('do not share one under a schedule whose steps depend on the total', () => {
    const trials = askAll(study({ sampler: 'grid', space: cube, training: { schedule: 'cosine' } }))
    expect(trials).toHaveLength(64)
    expect(trials.every(({ number, leader }) => number === leader)).toBe(true)
  })

  it('are the longest ones when the budget ends within a training', () => {
    const trials = askAll(study({ sampler: 'grid', space: cube, trials: 6 }))
    expect(trials.map(({ params }) => params['epochs'])).toEqual([2, 4, 8, 16, 8, 16])
  })

  it('are one trial for a sampler that reads epochs off the curve', () => {
    const trials = askAll(study({ sampler: 'random', trials: 3, space: { epochs: '1..20' } }))
    expect(trials.map(({ params }) => params['epochs'])).toEqual([20, 20, 20])
  })

  it('may be all there is to search', () => {
    const trials = askAll(
      study({ sampler: 'grid', space: { learningRate: 1e-3, batchSize: 8, epochs: [1, 2, 3] } }),
    )
    expect(trials.map(({ params, leader }) => [params['epochs'], leader])).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
    ])
  })
})

it('records what each trial was asked on', () => {
  const [first, second] = askAll(study({ sampler: 'random', trials: 2 }))
  expect(first!.basis).toEqual({ finished: [], running: [] })
  expect(second!.basis).toEqual({ finished: [], running: [0] })
})
