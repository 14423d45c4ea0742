import { describe, expect, it } from 'vitest'
import { mean } from '../../src/math/statistics.js'
import { chooseCheckpoint } from '../../src/overfit/checkpoint.js'
import { fitCurve } from '../../src/overfit/curve-fit.js'
import { noisy, normalsOf } from './histories.js'

/** Falls, turns at epoch 12, and rises again. */
const curve = Array.from(
  { length: 30 },
  (_, i) => 1 + 1.5 / (i + 1) + 0.012 * Math.max(0, i - 11) ** 1.2,
)
const regret = (epoch: number) => curve[epoch - 1]! - Math.min(...curve)

describe('the epoch to keep', () => {
  it('is the lowest of a curve without noise', () => {
    expect(chooseCheckpoint(curve, fitCurve(curve))).toMatchObject({
      epoch: curve.indexOf(Math.min(...curve)) + 1,
    })
  })

  it('gives away less than the lowest reading where evaluation is noisy', () => {
    const normal = normalsOf(1)
    const runs = Array.from({ length: 60 }, () => noisy(curve, 0.03, normal)).map(readings =>
      chooseCheckpoint(readings, fitCurve(readings)),
    )
    const chosen = mean(runs.map(({ epoch }) => regret(epoch)))
    const luckiest = mean(runs.map(({ lowest }) => regret(lowest.epoch)))
    expect(chosen).toBeLessThan(0.75 * luckiest)
  })

  it('comes with a standard error that its loss keeps to, as the lowest reading does not', () => {
    const normal = normalsOf(2)
    const runs = Array.from({ length: 60 }, () => noisy(curve, 0.03, normal)).map(readings =>
      chooseCheckpoint(readings, fitCurve(readings)),
    )
    const within = runs.filter(
      ({ epoch, loss, error }) => Math.abs(loss - curve[epoch - 1]!) < 2.5 * error,
    )
    expect(within.length / runs.length).toBeGreaterThan(0.85)
    expect(mean(runs.map(({ lowest }) => lowest.loss - curve[lowest.epoch - 1]!))).toBeLessThan(
      -0.02,
    )
  })
})
