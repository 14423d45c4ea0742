import { expect, it } from 'vitest'
import { progressOf, progressText, shareOf, type Costed } from '../../src/report/index.js'

it('reckons the time left from trainings: a trial that shares one costs nothing of its own', () => {
  const trials: Costed[] = [
    { number: 0, leader: 1, state: 'complete', seconds: 4, epochsRun: 2 },
    { number: 1, leader: 1, state: 'complete', seconds: 8, epochsRun: 4 },
    { number: 3, leader: 3, state: 'running', seconds: 1, epochsRun: 1 },
  ]
  // 8 s for 2 trials: 4 s each. Of 6 trials 3 have not begun, and the running one has 3 s to go;
  // two at a time.
  expect(progressOf(trials, { trials: 6, slots: 2 }, true)).toEqual({
    finished: 2,
    running: 1,
    paused: 0,
    total: 6,
    epochs: null,
    secondsLeft: (3 * 4 + 3) / 2,
  })
})

it('under a budget of epochs counts those, whatever the number of trials', () => {
  const trials: Costed[] = [
    { number: 0, leader: 0, state: 'complete', seconds: 20, epochsRun: 10 },
    { number: 1, leader: 1, state: 'paused', seconds: 6, epochsRun: 3 },
    { number: 2, leader: 2, state: 'running', seconds: 4, epochsRun: 2 },
  ]
  const progress = progressOf(trials, { trials: 3, slots: 2 }, true, 10)
  // 15 of 30 epochs in 30 s, so 15 more take 30 s on one slot.
  expect(progress).toEqual({
    finished: 1,
    running: 1,
    paused: 1,
    total: 3,
    epochs: { spent: 15, budget: 30 },
    secondsLeft: 15,
  })
  expect(progressText(progress)).toBe('3 trials begun, 15 of 30 epochs spent')
  expect(shareOf(progress)).toEqual({ done: 15, of: 30, what: 'epochs' })
})
