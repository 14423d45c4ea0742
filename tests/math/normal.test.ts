import { describe, expect, it } from 'vitest'
import { cdf } from '../../src/math/normal.js'
import golden from '../golden/normal.json' with { type: 'json' }

describe('normal distribution', () => {
  it.each(golden.rows)('agrees with mpmath to 13 digits at $z', row => {
    expect(Math.abs(cdf(row.z) - row.cdf)).toBeLessThanOrEqual(1e-13 * row.cdf)
  })

  it('is all of it from where doubles see nothing missing, and nothing where they see nothing', () => {
    expect([8.2, 8.3, 40, Infinity].map(cdf)).toEqual([1 - cdf(-8.2), 1, 1, 1])
    expect(cdf(-8.3)).toBeLessThan(Number.EPSILON / 4)
    expect([-39, -1e6, -Infinity].map(cdf)).toEqual([0, 0, 0])
    expect(cdf(-38.4)).toBeGreaterThan(0)
  })
})
