import { describe, expect, it } from 'vitest'
import { cdf, logCdf } from '../../src/math/normal.js'
import golden from '../golden/normal.json' with { type: 'json' }

describe('normal distribution', () => {
  it.each(golden.rows)('agrees with mpmath to 13 digits at $z', row => {
    expect(Math.abs(cdf(row.z) - row.cdf)).toBeLessThanOrEqual(1e-13 * row.cdf)
    expect(Math.abs(logCdf(row.z) - row.logCdf)).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(row.logCdf), 1e-300))
  })
})
