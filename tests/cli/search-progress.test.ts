import { describe, expect, it } from 'vitest'
import { SearchProgress } from '../../src/cli/search-progress.js'
import { type CompleteTrial, type PausedTrial, type WaitingTrial } from '../../src/record/trial.js'
import { pause, start } from '../../src/record/transitions.js'
import { studyFixture } from '../fixtures/study/study.js'

const { document } = studyFixture()
const { spec } = document
const complete = document.trials[9] as CompleteTrial

const waiting = (number: number): WaitingTrial => {
  const { params, basis, rationale } = complete
  return { number, params, basis, leader: number, rationale, state: 'waiting' }
}
const begin = (number: number) =>
  start(waiting(number), { attempt: 1, startedAt: '', device: 'cpu' })
const paused = (number: number, objective: number): PausedTrial =>
  pause(begin(number), { seconds: 3, epochsRun: 3, objective, bestEpoch: 2 })

describe('the progress of a search', () => {
  it('counts trials by their state', () => {
    const search = new SearchProgress()
    search.start(begin(0))
    search.start(begin(1))
    expect(search.progress(spec)).toMatchObject({ finished: 0, running: 2, paused: 0 })
    search.pause(paused(0, 1.2))
    expect(search.progress(spec)).toMatchObject({ finished: 0, running: 1, paused: 1 })
    search.finish({ ...complete, number: 1 })
    expect(search.progress(spec)).toMatchObject({ finished: 1, running: 0, paused: 1 })
    search.start(begin(0))
    expect(search.progress(spec)).toMatchObject({ finished: 1, running: 1, paused: 0 })
  })

  it('has the best of the complete and the paused trials', () => {
    const search = new SearchProgress()
    expect(search.best(spec)).toBeUndefined()
    search.finish({ ...complete, number: 0, objective: 1.3 })
    search.pause(paused(1, 1.2))
    expect(search.best(spec)).toMatchObject({ number: 1 })
    search.start(begin(1))
    expect(search.best(spec)).toMatchObject({ number: 0 })
  })

  it('ignores epochs of a trial that has not started', () => {
    const search = new SearchProgress()
    search.addEpoch(7, { epoch: 1, seconds: 2 })
    expect(search.progress(spec)).toMatchObject({ running: 0 })
  })
})
