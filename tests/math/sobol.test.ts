import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrambledSobol, sobol } from '../../src/math/sobol.js'
import golden from '../golden/sobol.json' with { type: 'json' }

const plain = (count: number, dimensions: number, shift?: readonly number[]) => {
  const points = sobol(dimensions, shift)
  return Array.from({ length: count }, () => points.next().value as number[])
}
const moved = (count: number, dimensions: number, key: number) =>
  Array.from({ length: count }, (_, index) => scrambledSobol(index, dimensions, [key]))

/**
 * How many points there are in each cell of a grid of 2^k cells along each axis, the fullest first.
 */
function counts(points: readonly (readonly number[])[], halvings: readonly number[]): number[] {
  const found = new Map<string, number>()
  for (const point of points) {
    const cell = halvings.map((k, i) => Math.floor(point[i]! * 2 ** k)).join()
    found.set(cell, (found.get(cell) ?? 0) + 1)
  }
  return [...found.values()].sort((a, b) => b - a)
}

describe('the Sobol sequence', () => {
  it('gives the points of scipy, in its order', () => {
    expect(plain(64, 64)).toEqual(golden.points)
  })

  it('refuses more dimensions than it has direction numbers for', () => {
    expect(() => sobol(65).next()).toThrow(RangeError)
    expect(() => scrambledSobol(0, 65, [1])).toThrow(RangeError)
  })

  it('keeps one point in each of 64 cells of a pair of coordinates when it is shifted', () => {
    expect(counts(plain(64, 2, [0.3, 0.77]), [3, 3])).toEqual(Array.from({ length: 64 }, () => 1))
  })
})

describe('the scrambled Sobol sequence', () => {
  const shapes = fc.record({
    key: fc.nat(),
    m: fc.integer({ min: 1, max: 8 }),
    halvings: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 6 }),
  })

  it('has, among its first 2^m points, as many in each dyadic box of any shape as the plain one', () => {
    fc.assert(
      fc.property(shapes, ({ key, m, halvings }) => {
        const dimensions = halvings.length
        expect(counts(moved(2 ** m, dimensions, key), halvings)).toEqual(
          counts(plain(2 ** m, dimensions), halvings),
        )
      }),
    )
  })

  it('has one of its first 2^m points in each box of 2^-m of a pair of coordinates', () => {
    for (const key of [1, 2, 3]) {
      for (let m = 1; m <= 8; m++)
        for (let k = 0; k <= m; k++)
          expect(counts(moved(2 ** m, 2, key), [k, m - k])).toEqual(
            Array.from({ length: 2 ** m }, () => 1),
          )
    }
  })

  it('keeps the cells within cells: what agreed in its first k bits still does, and no further', () => {
    const common = (a: number, b: number) => Math.clz32(((a * 2 ** 32) ^ (b * 2 ** 32)) >>> 0)
    const [before, after] = [plain(64, 3), moved(64, 3, 7)]
    for (let i = 0; i < 64; i++)
      for (let j = 0; j < i; j++)
        for (let d = 0; d < 3; d++)
          expect(common(after[i]![d]!, after[j]![d]!)).toBe(common(before[i]![d]!, before[j]![d]!))
  })

  it('puts each point anywhere, with equal chances, in all of its 32 bits', () => {
    const keys = Array.from({ length: 2000 }, (_, key) => key)
    for (const index of [0, 1, 13]) {
      const ones = new Array<number>(32).fill(0)
      for (const key of keys) {
        const bits = scrambledSobol(index, 3, [key])[2]! * 2 ** 32
        for (let k = 0; k < 32; k++) ones[k]! += (bits >>> k) & 1
      }
      // Five standard deviations of a fair coin thrown 2,000 times.
      for (const count of ones) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(500))
    }
  })

  it('integrates a smooth function far better than independent draws', () => {
    const f = (point: readonly number[]) =>
      point.reduce((product, u) => product * (1 + (u - 0.5)), 1)
    const errors = Array.from(
      { length: 50 },
      (_, key) => moved(256, 4, key).reduce((sum, point) => sum + f(point), 0) / 256 - 1,
    )
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 50)
    // Of 256 independent draws it is √((13/12)⁴ − 1) / 16 = 0.038.
    expect(deviation).toBeLessThan(0.038 / 20)
  })

  it('scrambles no two coordinates alike', () => {
    const points = moved(256, 2, 5)
    expect(new Set(points.map(([u, v]) => u! >= 0.5 === v! >= 0.5)).size).toBe(2)
    expect(scrambledSobol(17, 3, [5])).toEqual(scrambledSobol(17, 3, [5]))
    expect(scrambledSobol(17, 3, [5])).not.toEqual(scrambledSobol(17, 3, [6]))
  })
})
