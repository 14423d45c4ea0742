import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  factorise,
  halfLogDeterminant,
  inverse,
  solveLower,
  solveLowerTransposed,
} from '../../src/math/cholesky.js'
import { keyedUniform } from '../../src/math/random.js'

/** A random matrix B Bᵀ + I, row-major. */
function positiveDefinite(n: number, key: number): Float64Array {
  const uniform = keyedUniform([key])
  const b = Array.from({ length: n * n }, () => 2 * uniform() - 1)
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++)
        a[i * n + j]! += b[i * n + k]! * b[j * n + k]! + (i === j && k === 0 ? 1 : 0)
  }
  return a
}

const sizes = fc.integer({ min: 1, max: 12 })

describe('Cholesky', () => {
  it('solves A x = b', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, key) => {
        const a = positiveDefinite(n, key)
        const b = Float64Array.from({ length: n }, (_, i) => i + 1)
        const l = a.slice()
        expect(factorise(l, n)).toBe(true)
        const x = solveLowerTransposed(l, n, solveLower(l, n, b.slice()))
        for (let i = 0; i < n; i++) {
          let sum = 0
          for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!
          expect(sum).toBeCloseTo(b[i]!, 9)
        }
      }),
    )
  })

  it('inverts: A A⁻¹ = 1', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, key) => {
        const a = positiveDefinite(n, key)
        const l = a.slice()
        factorise(l, n)
        const b = inverse(l, n)
        const at = (i: number, j: number) => b[Math.max(i, j) * n + Math.min(i, j)]!
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0
            for (let k = 0; k < n; k++) sum += a[i * n + k]! * at(k, j)
            expect(sum).toBeCloseTo(i === j ? 1 : 0, 9)
          }
        }
      }),
    )
  })

  it('knows the determinant of a matrix worked by hand', () => {
    const l = Float64Array.of(4, 2, 2, 3)
    factorise(l, 2)
    expect(Math.exp(2 * halfLogDeterminant(l, 2))).toBeCloseTo(8, 12)
  })

  it('refuses a matrix that is not positive definite', () => {
    expect(factorise(Float64Array.of(1, 2, 2, 1), 2)).toBe(false)
  })
})
