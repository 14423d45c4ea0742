import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../src/math/hypervolume.js'
import { paretoFront } from '../../src/math/pareto.js'
import golden from '../golden/hypervolume.json' with { type: 'json' }

describe('hypervolume', () => {
  it.each(golden.cases)(
    'of $objectives objectives is that of Optuna, and so is the front',
    ({ points, reference, front, volume }) => {
      expect(paretoFront(points)).toEqual(front)
      expect(hypervolume(points, reference)).toBeCloseTo(volume, 12)
    },
  )

  const clouds = fc.integer({ min: 1, max: 4 }).chain(objectives =>
    fc.record({
      objectives: fc.constant(objectives),
      points: fc.array(
        fc.array(fc.integer({ min: 0, max: 4 }), {
          minLength: objectives,
          maxLength: objectives,
        }),
        { maxLength: 8 },
      ),
    }),
  )

  it('is the number of unit cells that a point of a lattice is below', () => {
    fc.assert(
      fc.property(clouds, ({ objectives, points }) => {
        const cells = Array.from({ length: 4 ** objectives }, (_, index) =>
          Array.from({ length: objectives }, (_, i) => Math.floor(index / 4 ** i) % 4),
        )
        const covered = cells.filter(cell =>
          points.some(point => point.every((value, i) => value <= cell[i]!)),
        ).length
        expect(hypervolume(points, new Array<number>(objectives).fill(4))).toBe(covered)
      }),
    )
  })
})
