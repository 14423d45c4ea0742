import { describe, expect, it } from 'vitest'
import { fitLine, robustDeviation } from '../../src/math/statistics.js'

describe('fitLine', () => {
  it('gives the standard errors of ordinary least squares', () => {
    // By hand: x = 1..5, y = 1 3 2 5 4; Sxx = 10, Sxy = 8, residual sum of squares 3.6 on 3 degrees
    // of freedom.
    const line = fitLine([1, 2, 3, 4, 5], [1, 3, 2, 5, 4])
    expect(line.slope).toBeCloseTo(0.8, 12)
    expect(line.level).toBeCloseTo(3, 12)
    expect(line.scatter).toBeCloseTo(Math.sqrt(1.2), 12)
    expect(line.slopeError).toBeCloseTo(Math.sqrt(1.2 / 10), 12)
    expect(line.levelError).toBeCloseTo(Math.sqrt(1.2 / 5), 12)
  })

  it('refuses a single point', () => {
    expect(() => fitLine([1], [1])).toThrow(RangeError)
  })
})

it('a robust deviation ignores an outlier', () => {
  expect(robustDeviation([-1, 0, 1, 0, 1e6])).toBeCloseTo(1.4826, 3)
})
