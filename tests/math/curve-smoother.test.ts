import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../src/math/random.js'
import { CurveSmoother, jitter, studyNoise, smoothCurve } from '../../src/math/curve-smoother.js'
import golden from '../golden/gp.json' with { type: 'json' }
import { pauseStages } from '../../src/search/epoch-aware/stages.js'

const clean = Array.from({ length: 52 }, (_, i) => 1 + 2 / (1 + i))
const uniform = keyedUniform([9])
const noisy = clean.map(loss => loss * (1 + 0.02 * Math.sqrt(12) * (uniform() - 0.5)))

describe('smoothing a loss curve', () => {
  it('leaves a quiet curve, and a short one, as they are', () => {
    expect(smoothCurve(clean)).toBe(clean)
    const short = noisy.slice(0, 5)
    expect(smoothCurve(short)).toBe(short)
  })

  it('reads the noise off the curve', () => {
    expect(jitter(noisy)).toBeGreaterThan(0.01)
    expect(jitter(noisy)).toBeLessThan(0.04)
    expect(jitter(clean)).toBeLessThan(1e-3)
  })

  it('reads the noise of a study off its long curves, and takes a bend for none', () => {
    const short = clean.slice(0, 8)
    expect(jitter(short)).toBeGreaterThan(5e-3)
    expect(studyNoise([short, short])).toBe(0)
    expect(studyNoise([clean, noisy, clean])).toBe(0)
    expect(studyNoise([noisy, clean, noisy, short])).toBe(jitter(noisy))
    expect(studyNoise([])).toBe(0)
  })

  it('comes nearer to the curve without noise, in the flat and at the end', () => {
    const error = (curve: readonly number[]) =>
      Math.sqrt(curve.slice(10).reduce((sum, loss, i) => sum + (loss - clean[i + 10]!) ** 2, 0))
    expect(error(smoothCurve(noisy))).toBeLessThan(0.7 * error(noisy))
  })

  it('gives a curve the same bits among others of any length', () => {
    const curves = [52, 20, 100, 52, 8, 100, 20].map(epochs =>
      Array.from({ length: epochs }, (_, i) => (1 + 2 / (1 + i)) * (1 + 0.05 * uniform())),
    )
    const smoother = new CurveSmoother(0.02)
    expect(curves.map(curve => smoother.smooth(curve))).toEqual(
      curves.map(curve => smoothCurve(curve, 0.02)),
    )
  })

  it.each(golden.curves)(
    'has the mean of scikit-learn’s process, curve of $curve.length epochs, to 1e-8',
    ({ curve, smoothed }) => {
      smoothCurve(curve).forEach((loss, i) =>
        expect(Math.abs(loss / smoothed[i]! - 1)).toBeLessThan(1e-8),
      )
    },
  )

  it('comes nearer to the lowest loss of a short curve than its lowest reading', () => {
    const short = clean.slice(0, 10)
    const least = (curve: readonly number[]) => Math.log(Math.min(...curve) / Math.min(...short))
    const errors = (of: (curve: readonly number[]) => readonly number[]) =>
      Array.from({ length: 200 }, (_, seed) => {
        const uniform = keyedUniform([seed, 3])
        return least(of(short.map(loss => loss * (1 + 0.02 * Math.sqrt(12) * (uniform() - 0.5)))))
      }).reduce((sum, error) => sum + error ** 2, 0)
    expect(errors(smoothCurve)).toBeLessThan(errors(curve => curve))
  })

  it('takes epochs of a long curve together, and gives one loss for each', () => {
    const long = Array.from(
      { length: 1000 },
      (_, i) => (1 + 2 / (1 + i)) * (1 + 0.02 * Math.sqrt(12) * (uniform() - 0.5)),
    )
    const smoothed = smoothCurve(long)
    expect(smoothed).toHaveLength(1000)
    expect(
      Math.max(...smoothed.map((loss, i) => Math.abs(loss / (1 + 2 / (1 + i)) - 1))),
    ).toBeLessThan(0.04)
  })

  it('stays finite where losses explode, are negative, or nothing', () => {
    const curves = [
      [1, 2, 1, 1e300, 1, 3, 1e-300, 2],
      [-1, 2, -1e300, 0, 1e308, -3, 2, 1],
      [0, 0, 0, 1e300, 0, 0, 0, 0],
      [-5, -6.5, -6, -7, -6.4, -7.5, -7, -8],
    ]
    for (const curve of curves) expect(smoothCurve(curve).every(Number.isFinite)).toBe(true)
  })

  it('does not blur a steep beginning', () => {
    const short = noisy.slice(0, 12)
    const worst = Math.max(...smoothCurve(short).map((loss, i) => Math.abs(loss / clean[i]! - 1)))
    expect(worst).toBeLessThan(0.05)
  })
})

describe('stages of a training', () => {
  it.each([
    [52, [1, 2, 3, 5, 8, 13, 20, 33, 52]],
    [3, [1, 2, 3]],
    [1, [1]],
  ])('of %i epochs are %j', (most, stages) => expect(pauseStages(most)).toEqual(stages))
})
