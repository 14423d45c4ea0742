import fc from 'fast-check'
import { expect, it } from 'vitest'
import { latinHypercube } from '../../src/math/latin-hypercube.js'

it('visits the middle of each of n cells of each coordinate once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(),
      (n, dimensions, key) => {
        const design = latinHypercube(n, dimensions, [key])
        for (let c = 0; c < dimensions; c++) {
          expect(design.map(point => point[c]!).sort((a, b) => a - b)).toEqual(
            Array.from({ length: n }, (_, i) => (i + 0.5) / n),
          )
        }
      },
    ),
  )
})

it('never puts four points on the diagonal', () => {
  for (let seed = 0; seed < 20; seed++) {
    const gaps = latinHypercube(4, 2, [seed]).flatMap((a, i, all) =>
      all.slice(0, i).map(b => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)),
    )
    // On the diagonal neighbours are √2/4 = 0.354 apart; the best design, a tilted square, has √5/4
    // = 0.559.
    expect(Math.min(...gaps)).toBeCloseTo(Math.sqrt(5) / 4, 9)
  }
})
