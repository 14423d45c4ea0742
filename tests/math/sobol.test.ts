import { expect, it } from 'vitest'
import { sobol } from '../../src/math/sobol.js'
import golden from '../golden/sobol.json' with { type: 'json' }

const first = (count: number, points: Iterable<number[]>): number[][] => {
  const taken: number[][] = []
  for (const point of points) if (taken.push(point) === count) break
  return taken
}

it('gives the points of scipy, in its order', () => {
  expect(first(64, sobol(64))).toEqual(golden.points)
})

it('keeps one point in each of 64 cells of a pair of coordinates when it is shifted', () => {
  const cells = first(64, sobol(2, [0.3, 0.77])).map(([u, v]) => `${Math.floor(u! * 8)},${Math.floor(v! * 8)}`)
  expect(new Set(cells).size).toBe(64)
})

it('refuses more dimensions than it has direction numbers for', () => {
  expect(() => sobol(65).next()).toThrow(RangeError)
})
