import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { jitter, smooth } from '../../../src/search/epochs/smooth.js'
import { stagesOf } from '../../../src/search/epochs/stages.js'

const clean = Array.from({ length: 52 }, (_, i) => 1 + 2 / (1 + i))
const uniform = keyedUniform([9])
const noisy = clean.map(loss => loss * (1 + 0.02 * Math.sqrt(12) * (uniform() - 0.5)))

describe('smoothing a loss curve', () => {
  it('leaves a quiet curve, and a short one, as they are', () => {
    expect(smooth(clean)).toBe(clean)
    const short = noisy.slice(0, 5)
    expect(smooth(short)).toBe(short)
  })

  it('reads the noise off the curve', () => {
    expect(jitter(noisy)).toBeGreaterThan(0.01)
    expect(jitter(noisy)).toBeLessThan(0.04)
    expect(jitter(clean)).toBeLessThan(1e-3)
  })

  it('comes nearer to the curve without noise, in the flat and at the end', () => {
    const error = (curve: readonly number[]) => Math.sqrt(curve.slice(10).reduce((sum, loss, i) => sum + (loss - clean[i + 10]!) ** 2, 0))
    expect(error(smooth(noisy))).toBeLessThan(0.7 * error(noisy))
  })

  it('does not blur a steep beginning', () => {
    const short = noisy.slice(0, 12)
    const worst = Math.max(...smooth(short).map((loss, i) => Math.abs(loss / clean[i]! - 1)))
    expect(worst).toBeLessThan(0.05)
  })
})

describe('stages of a training', () => {
  it.each([
    [52, [1, 2, 3, 5, 8, 13, 20, 33, 52]],
    [3, [1, 2, 3]],
    [1, [1]],
  ])('of %i epochs are %j', (most, stages) => expect(stagesOf(most)).toEqual(stages))
})
