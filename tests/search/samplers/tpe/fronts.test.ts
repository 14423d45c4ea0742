import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../../../src/math/hypervolume.js'
import { dominates, paretoFront } from '../../../../src/math/pareto.js'
import { betterPart } from '../../../../src/search/samplers/tpe/fronts.js'

const values = fc.integer({ min: 0, max: 20 })
const clouds = fc.record({
  points: fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 15 }),
  count: fc.integer({ min: 1, max: 15 }),
})
const taken = (points: readonly (readonly number[])[], count: number) =>
  betterPart(points, count).flatMap((is, i) => (is ? [i] : []))

describe('the better part of points with several losses', () => {
  it('is as many as were asked for, of one loss the lowest', () => {
    fc.assert(
      fc.property(clouds, ({ points, count }) => {
        expect(taken(points, count)).toHaveLength(Math.min(count, points.length))
        const single = points.map(([loss]) => [loss])
        const worst = Math.max(...taken(single, count).map(i => single[i]![0]!))
        expect(
          single.filter(([loss], i) => loss! < worst && !taken(single, count).includes(i)),
        ).toEqual([])
      }),
    )
  })

  it('leaves out no point that dominates one of it', () => {
    fc.assert(
      fc.property(clouds, ({ points, count }) => {
        const part = betterPart(points, count)
        points.forEach((left, i) =>
          points.forEach(
            (in_, j) => part[j] && !part[i] && expect(dominates(left, in_)).toBe(false),
          ),
        )
      }),
    )
  })

  it('covers of a front that does not fit at least the share of it that a greedy choice is bound to, 1 − 1/e', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 4, maxLength: 9 }),
        xs => {
          const front = xs.map(x => [x / 200, 1 - Math.sqrt(x / 200)])
          const [low, high] = [0, 1]
            .map(j => front.map(point => point[j]!))
            .reduce(
              (all, column) => [
                [...all[0]!, Math.min(...column)],
                [...all[1]!, Math.max(...column)],
              ],
              [[], []] as [number[], number[]],
            )
          const scaled = front.map(point =>
            point.map((value, j) => (value - low[j]!) / (high[j]! - low[j]!)),
          )
          expect(paretoFront(front)).toHaveLength(front.length)
          const covered = (part: readonly number[]) =>
            hypervolume(
              part.map(i => scaled[i]!),
              [1.1, 1.1],
            )
          const triples = front.flatMap((_, i) =>
            front.flatMap((_, j) => front.flatMap((_, k) => (i < j && j < k ? [[i, j, k]] : []))),
          )
          expect(covered(taken(front, 3))).toBeGreaterThanOrEqual(
            (1 - 1 / Math.E) * Math.max(...triples.map(covered)) - 1e-12,
          )
        },
      ),
    )
  })

  it('is chosen from losses of any size, and takes what was not measured last', () => {
    const points = [
      [1e300, -1e308],
      [1e-300, 1e308],
      [NaN, -Infinity],
      [1, 1],
      [2, 2],
    ]
    expect(taken(points, 5)).toEqual([0, 1, 2, 3, 4])
    expect(
      taken(
        [
          [1, NaN],
          [2, 2],
          [3, 3],
        ],
        2,
      ),
    ).toContain(1)
  })
})
