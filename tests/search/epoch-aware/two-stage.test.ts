import { describe, expect, it } from 'vitest'
import { cdf, density } from '../../../src/math/normal.js'
import { twoStageIndex } from '../../../src/search/epoch-aware/two-stage.js'

const improvement = (mean: number, deviation: number, best: number) => {
  const z = (best - mean) / deviation
  return deviation * (density(z) + z * cdf(z))
}
const posterior = (mean: number[], covariance: number[]) => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
})

/**
 * E max(kept, worth − price · rest) − price · cost, by a sum over a grid far finer than the index's
 * own.
 */
function valueAt(
  price: number,
  { mean, covariance }: ReturnType<typeof posterior>,
  costs: readonly number[],
  best: number,
): number {
  const [v, c, , f] = covariance as unknown as [number, number, number, number]
  const left = Math.sqrt(f - (c * c) / v)
  let sum = -price * costs[0]!
  const step = 0.001
  for (let z = -8; z < 8; z += step) {
    const shift = Math.sqrt(v) * (z + step / 2)
    const worth =
      improvement(mean[1]! + (c / v) * shift, left, best) - price * (costs[1]! - costs[0]!)
    sum += step * density(z + step / 2) * Math.max(0, best - mean[0]! - shift, worth)
  }
  return sum
}

describe('two-stage index', () => {
  it('is the expected improvement an epoch where there is only the end to train to', () => {
    const { stage, price } = twoStageIndex(posterior([0.3], [0.25]), [20], 0)
    expect(stage).toBe(0)
    expect(price).toBeCloseTo(improvement(0.3, 0.5, 0) / 20, 12)
  })

  it('names the price at which looking first breaks even', () => {
    const at = posterior([1, 0.4], [0.5, 0.45, 0.45, 0.6])
    const { stage, price } = twoStageIndex(at, [4, 40], 0)
    expect(stage).toBe(0)
    expect(valueAt(0.99 * price, at, [4, 40], 0)).toBeGreaterThan(0)
    expect(valueAt(1.01 * price, at, [4, 40], 0)).toBeLessThan(0)
  })

  it('looks first where an early stage tells of the end, and goes straight on where it tells nothing', () => {
    expect(twoStageIndex(posterior([1, 0.6], [0.6, 0.55, 0.55, 0.6]), [3, 50], 0).stage).toBe(0)
    expect(twoStageIndex(posterior([1, 0.6], [0.01, 0, 0, 0.6]), [3, 50], 0).stage).toBe(1)
  })

  it('is worth more the earlier the look comes, and never less than training blindly', () => {
    const at = posterior([1, 0.6], [0.6, 0.5, 0.5, 0.6])
    const prices = [2, 10, 30].map(cost => twoStageIndex(at, [cost, 50], 0).price)
    expect(prices[0]!).toBeGreaterThan(prices[1]!)
    expect(prices[1]!).toBeGreaterThanOrEqual(prices[2]!)
    expect(prices[2]!).toBeGreaterThanOrEqual(improvement(0.6, Math.sqrt(0.6), 0) / 50)
  })
})
