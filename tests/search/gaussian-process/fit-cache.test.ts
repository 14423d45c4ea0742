import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { defaultPriors, fit } from '../../../src/search/gaussian-process/fit.js'
import type { Data } from '../../../src/search/gaussian-process/process.js'
import { fittedTheta, milestone } from '../../../src/search/gaussian-process/fit-cache.js'

function dataOf(n: number, seed: number): Data {
  const uniform = keyedUniform([seed])
  const x = Float64Array.from({ length: 2 * n }, uniform)
  return {
    X: x,
    y: Float64Array.from({ length: n }, (_, i) => Math.sin(5 * x[2 * i]!) + 0.1 * uniform()),
    n,
    columns: 2,
    lengthIndex: Int32Array.of(0, 1),
    lengths: 2,
  }
}

describe('milestones', () => {
  it('are all numbers up to 16, then every eighth more', () => {
    expect(Array.from({ length: 30 }, (_, count) => milestone(count))).toEqual([
      ...Array(17).keys(),
      16,
      18,
      18,
      20,
      20,
      22,
      22,
      24,
      24,
      24,
      27,
      27,
      27,
    ])
  })

  it('lag behind by an eighth at most', () => {
    for (let count = 1; count < 5000; count++) {
      expect(milestone(count)).toBeLessThanOrEqual(count)
      expect(9 * milestone(count)).toBeGreaterThan(8 * count - 9)
    }
  })
})

describe('the cached parameters', () => {
  it('are those of a fit, in any order of the calls', () => {
    const questions = Array.from({ length: 12 }, (_, i) => dataOf(6 + (i % 5), i))
    for (const i of [0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 11, 3]) {
      const data = questions[i]!
      expect(fittedTheta(structuredClone(data), [1])).toEqual(
        fit(data, defaultPriors(2), [1]).theta,
      )
    }
  })

  it('differ if a single loss differs, or the seed', () => {
    const data = dataOf(8, 1)
    const other = { ...data, y: data.y.map((value, i) => (i === 3 ? value + 0.3 : value)) }
    expect(fittedTheta(other, [1])).toEqual(fit(other, defaultPriors(2), [1]).theta)
    expect(fittedTheta(other, [1])).not.toEqual(fittedTheta(data, [1]))
    const noisy = fittedTheta({ ...data, minNoise: 0.25 }, [1])
    expect(noisy.at(-1)).toBeGreaterThanOrEqual(Math.log(0.25))
    expect(noisy).not.toEqual(fittedTheta(data, [1]))
    expect(fittedTheta(data, [2])).toEqual(fit(data, defaultPriors(2), [2]).theta)
  })
})
