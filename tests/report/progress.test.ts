import { expect, it } from 'vitest'
import { english, progressShare, studyProgress, type TrialCost } from '../../src/report/index.js'

it('estimates the time left from training runs: a trial that shares one costs nothing', () => {
  const trials: TrialCost[] = [
    { number: 0, leader: 1, state: 'complete', seconds: 4, epochsRun: 2 },
    { number: 1, leader: 1, state: 'complete', seconds: 8, epochsRun: 4 },
    { number: 3, leader: 3, state: 'running', seconds: 1, epochsRun: 1 },
  ]
  // 8 s for 2 trials: 4 s each. Of 6 trials 3 have not begun, and the running one has 3 s to go;
  // two at a time.
  expect(studyProgress(trials, { trials: 6, slots: 2 }, true)).toEqual({
    finished: 2,
    running: 1,
    paused: 0,
    total: 6,
    epochs: null,
    secondsLeft: (3 * 4 + 3) / 2,
  })
})

it('counts epochs under a budget of epochs, whatever the number of trials', () => {
  const trials: TrialCost[] = [
    { number: 0, leader: 0, state: 'complete', seconds: 20, epochsRun: 10 },
    { number: 1, leader: 1, state: 'paused', seconds: 6, epochsRun: 3 },
    { number: 2, leader: 2, state: 'running', seconds: 4, epochsRun: 2 },
  ]
  const progress = studyProgress(trials, { trials: 3, slots: 2 }, true, 10)
  // 15 of 30 epochs in 30 s, so 15 more take 30 s on one slot.
  expect(progress).toEqual({
    finished: 1,
    running: 1,
    paused: 1,
    total: 3,
    epochs: { spent: 15, budget: 30 },
    secondsLeft: 15,
  })
  expect(english.status.progress(progress)).toBe('3 trials started, 15 of 30 epochs used')
  expect(progressShare(progress)).toEqual({ done: 15, of: 30, what: 'epochs' })
})
