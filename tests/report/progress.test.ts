import { expect, it } from 'vitest'
import { progressOf, type Costed } from '../../src/report/index.js'

it('reckons the time left from trainings: a trial that shares one costs nothing of its own', () => {
  const trials: Costed[] = [
    { number: 0, training: 1, state: 'complete', seconds: 4 },
    { number: 1, training: 1, state: 'complete', seconds: 8 },
    { number: 3, training: 3, state: 'running', seconds: 1 },
  ]
  // 8 s for 2 trials: 4 s each. Of 6 trials 3 have not begun, and the running one has 3 s to go; two at a time.
  expect(progressOf(trials, { trials: 6, slots: 2 }, true)).toEqual({ finished: 2, running: 1, total: 6, secondsLeft: (3 * 4 + 3) / 2 })
})
