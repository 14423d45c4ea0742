import { describe, expect, it } from 'vitest'
import {
  logExpectedImprovement,
  logExpectedImprovementGradient,
  logH,
  logHDerivative,
} from '../../../src/search/gaussian-process/log-expected-improvement.js'
import golden from '../../golden/normal.json' with { type: 'json' }

describe('log expected improvement', () => {
  it.each(golden.rows)('agrees with mpmath at $z deviations', row => {
    expect(Math.abs(logH(row.z) - row.logH)).toBeLessThanOrEqual(
      1e-13 * Math.max(1, Math.abs(row.logH)),
    )
    expect(Math.abs(logHDerivative(row.z) - row.logHSlope)).toBeLessThanOrEqual(
      1e-12 * row.logHSlope,
    )
  })

  it.each(golden.rows)(
    'has the derivatives that mpmath gives at $z deviations, by mean and by deviation',
    row => {
      const deviation = 0.25
      const { byMean, byDeviation } = logExpectedImprovementGradient(
        1 - deviation * row.z,
        deviation,
        1,
      )
      expect(Math.abs(byMean * -deviation - row.logHSlope)).toBeLessThanOrEqual(
        1e-9 * row.logHSlope,
      )
      expect(Math.abs(byDeviation * deviation - row.logHDeviation)).toBeLessThanOrEqual(
        1e-9 * row.logHDeviation,
      )
    },
  )

  it('is finite and still grows with the deviation where the improvement itself underflows', () => {
    const [narrow, wide] = [1e-3, 2e-3].map(deviation => logExpectedImprovement(1, deviation, 0))
    expect(narrow).toBeLessThan(-400_000)
    expect(wide).toBeGreaterThan(narrow!)
  })
})
