import { expect, it } from 'vitest'
import { judge } from '../../src/overfit/index.js'
import { mean } from '../../src/math/statistics.js'
import { historyOf, noisy, normalsOf } from './histories.js'

/** Falls, turns at epoch 12, and rises again. */
const curve = Array.from(
  { length: 30 },
  (_, i) => 1 + 1.5 / (i + 1) + 0.012 * Math.max(0, i - 11) ** 1.2,
)

it('the best epoch comes with a standard error that its loss keeps to, as the lowest measurement does not', () => {
  const normal = normalsOf(2)
  const checkpoints = Array.from({ length: 60 }, () => noisy(curve, 0.03, normal)).map(
    losses => judge(historyOf(losses, undefined, { budget: 30 })).evidence!.checkpoint!,
  )
  const within = checkpoints.filter(
    ({ epoch, loss, error }) => Math.abs(loss - curve[epoch - 1]!) < 2.5 * error,
  )
  expect(within.length / checkpoints.length).toBeGreaterThan(0.85)
  expect(
    mean(checkpoints.map(({ lowest }) => lowest.loss - curve[lowest.epoch - 1]!)),
  ).toBeLessThan(-0.02)
})
