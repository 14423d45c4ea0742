import { describe, expect, it } from 'vitest'
import { createEncoding } from '../../../src/search/gaussian-process/encoding.js'
import { candidates, maximize, type Score } from '../../../src/search/gaussian-process/maximize.js'
import type { Space } from '../../../src/space/parameter.js'

const space: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'y', low: 0, high: 1, scale: 'linear' },
  { kind: 'int', name: 'layers', low: 1, high: 64, scale: 'log' },
]
const encoding = createEncoding(space)
/** Two hills, the higher one narrow. */
const hill = (point: Float64Array, at: readonly number[], width: number) =>
  Math.exp(-at.reduce((sum, u, c) => sum + (point[c]! - u) ** 2, 0) / width)
const score: Score = (point, gradient) => {
  const [high, low] = [2 * hill(point, [0.8, 0.7, 0.5], 0.02), hill(point, [0.2, 0.3, 0.5], 0.2)]
  gradient?.forEach(
    (_, c) =>
      (gradient[c] =
        (-2 * high * (point[c]! - [0.8, 0.7, 0.5][c]!)) / 0.02 -
        (2 * low * (point[c]! - [0.2, 0.3, 0.5][c]!)) / 0.2),
  )
  return high + low
}
const around = { best: [], allowed: () => true }

describe('maximising over a space', () => {
  it('climbs to the top of the highest hill', () => {
    const { params, score: found } = maximize(encoding, score, around, [1])!
    expect(params['x']).toBeCloseTo(0.8, 2)
    expect(params['y']).toBeCloseTo(0.7, 2)
    expect(found).toBeGreaterThan(1.98)
  })

  it('finds the same with bounds as without, and scores less', () => {
    let [asked, spared] = [0, 0]
    const plain: Score = (point, gradient) => (asked++, score(point, gradient))
    const bounded: Score = Object.assign(
      (point: Float64Array, gradient?: Float64Array) => (spared++, score(point, gradient)),
      {
        screened: (points: Float64Array, count: number) => {
          const exact = Array.from({ length: count }, (_, i) =>
            score(points.subarray(3 * i, 3 * i + 3)),
          )
          return {
            bounds: exact.map((one, i) => one + 0.05 * (i % 3)),
            exactScore: (i: number) => (spared++, exact[i]!),
          }
        },
      },
    )
    for (const key of [[1], [2], [3]])
      expect(maximize(encoding, bounded, around, key)).toEqual(
        maximize(encoding, plain, around, key),
      )
    expect(spared).toBeLessThan(asked / 2)
    expect([...candidates(encoding, bounded, around, [4])]).toEqual([
      ...candidates(encoding, plain, around, [4]),
    ])
  })

  it('gives what is allowed, and nothing where nothing is', () => {
    const left = {
      best: [],
      allowed: (params: Readonly<Record<string, unknown>>) => Number(params['x']) < 0.5,
    }
    const found = [...candidates(encoding, score, left, [1])]
    expect(found.length).toBeGreaterThan(100)
    expect(found.every(({ params }) => Number(params['x']) < 0.5)).toBe(true)
    expect(maximize(encoding, score, { best: [], allowed: () => false }, [1])).toBeUndefined()
  })
})
