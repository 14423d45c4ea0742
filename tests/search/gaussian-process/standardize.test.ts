import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitStandard } from '../../../src/search/gaussian-process/standardize.js'

const losses = fc.array(
  fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(1e-300, 1e300, 0, 1),
  ),
  { minLength: 1, maxLength: 20 },
)

describe('standardised losses', () => {
  it('are finite and keep their order, whatever their size', () => {
    fc.assert(
      fc.property(losses, all => {
        const { forward } = fitStandard(all)
        const sorted = [...all].sort((a, b) => a - b).map(forward)
        expect(sorted.every(Number.isFinite)).toBe(true)
        for (let i = 1; i < sorted.length; i++)
          expect(sorted[i]!).toBeGreaterThanOrEqual(sorted[i - 1]! - 1e-9)
      }),
    )
  })

  it('have mean 0 and standard deviation 1', () => {
    const z = [2.1, 1.9, 1.7, 3, 2.5, 2].map(fitStandard([2.1, 1.9, 1.7, 3, 2.5, 2]).forward)
    expect(z.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 12)
    expect(z.reduce((sum, one) => sum + one * one, 0) / z.length).toBeCloseTo(1, 12)
  })

  it('are turned back into the losses they came from, up to the ceiling', () => {
    const all = [2.1, 1.9, 1.7, 3, 2.5, 2]
    const { forward, backward } = fitStandard(all)
    for (const loss of all) expect(backward(forward(loss))).toBeCloseTo(loss, 12)
  })

  it('still tell good from better when one run has exploded', () => {
    const { forward } = fitStandard([2.1, 1.9, 1.7, 2, 1e30])
    expect(forward(2.1) - forward(1.7)).toBeGreaterThan(0.3)
  })
})
