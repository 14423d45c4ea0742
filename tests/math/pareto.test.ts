import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates, paretoFront } from '../../src/math/pareto.js'

const clouds = fc
  .integer({ min: 1, max: 4 })
  .chain(objectives =>
    fc.array(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }),
      { maxLength: 40 },
    ),
  )

describe('Pareto front', () => {
  it('is what no other point dominates, equal points all of them', () => {
    fc.assert(
      fc.property(clouds, points => {
        const expected = points.flatMap((point, i) =>
          points.some(other => dominates(other, point)) ? [] : [i],
        )
        expect(paretoFront(points)).toEqual(expected)
      }),
    )
  })

  it('leaves out what is not a number', () =>
    expect(
      paretoFront([
        [Number.NaN, 0],
        [1, 1],
        [2, Number.NaN],
      ]),
    ).toEqual([1]))
})
