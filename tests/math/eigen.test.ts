import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { symmetricEigen } from '../../src/math/eigen.js'
import { keyedUniform, standardNormal } from '../../src/math/random.js'

function symmetric(n: number, key: number): Float64Array {
  const uniform = keyedUniform([n, key])
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      a[i * n + j] = a[j * n + i] = standardNormal(uniform) * 10 ** (i % 4)
  return a
}

describe('eigenvalues of a symmetric matrix', () => {
  it('come with unit vectors that are at right angles and give the matrix back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (n, key) => {
        const a = symmetric(n, key)
        const { values, vectors } = symmetricEigen(a, n)
        const size = Math.max(...a.map(Math.abs))
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [again, product] = [0, 0]
            for (let k = 0; k < n; k++)
              again += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!
            for (let k = 0; k < n; k++) product += vectors[k * n + i]! * vectors[k * n + j]!
            expect(Math.abs(again - a[i * n + j]!) / size).toBeLessThan(1e-12)
            expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-12)
          }
        }
      }),
    )
  })

  it('are those of the tridiagonal matrix with 2 and −1, 2 − 2 cos(kπ / (n + 1))', () => {
    const n = 9
    const a = Float64Array.from(
      { length: n * n },
      (_, at) => [2, -1][Math.abs(Math.floor(at / n) - (at % n))] ?? 0,
    )
    const values = [...symmetricEigen(a, n).values].sort((x, y) => x - y)
    values.forEach((value, k) =>
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13),
    )
  })

  it('leave a diagonal matrix and one of zeros as they are', () => {
    expect([...symmetricEigen(Float64Array.of(3, 0, 0, -2), 2).values]).toEqual([3, -2])
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0])
  })
})
