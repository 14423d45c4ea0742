import { describe, expect, it } from 'vitest'
import { halton, mirrored, primes } from '../../src/math/halton.js'
import golden from '../golden/halton.json' with { type: 'json' }

const points = (count: number, dimensions: number, key: number[]) =>
  Array.from({ length: count }, (_, i) => halton(i, dimensions, key))

describe('scrambled Halton sequence', () => {
  it('is, with its digits left in place, the sequence of scipy', () => {
    golden.points.forEach((point, index) =>
      primes(point.length).forEach((base, dimension) =>
        expect(mirrored(index, base, (_, digit) => digit)).toBeCloseTo(point[dimension]!, 14),
      ),
    )
  })

  it('puts one of each 2, 3, 5, 7 … points into each half, third, fifth, seventh …', () => {
    const bases = [2, 3, 5, 7, 11]
    const sequence = points(22, 5, [3])
    bases.forEach((base, dimension) => {
      expect(
        sequence
          .slice(base, 2 * base)
          .map(point => Math.floor(point[dimension]! * base))
          .sort((a, b) => a - b),
      ).toEqual(Array.from({ length: base }, (_, i) => i))
    })
  })

  it('keeps high dimensions off the diagonals that the plain sequence runs along', () => {
    const sequence = points(200, 20, [1])
    const [a, b] = [18, 19].map(dimension => sequence.map(point => point[dimension]! - 0.5)) as [
      number[],
      number[],
    ]
    const dot = (u: number[], v: number[]) => u.reduce((sum, one, i) => sum + one * v[i]!, 0)
    expect(Math.abs(dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b))).toBeLessThan(0.25)
  })

  it('depends on index and key alone', () => {
    expect(halton(17, 3, [5])).toEqual(halton(17, 3, [5]))
    expect(halton(17, 3, [5])).not.toEqual(halton(17, 3, [6]))
  })
})
