import { describe, expect, it } from 'vitest'
import {
  filterTrend,
  PERSISTENCE,
  smoothTrend,
  trendStep,
  type Trend,
} from '../../src/overfit/local-trend.js'
import { normalsOf } from './histories.js'

type Matrix = number[][]

/**
 * The same model without recursions: all levels and all noises as one normal vector, conditioned on
 * all readings at once.
 */
function conditioned({ pace, noise }: Trend, y: readonly number[]) {
  const n = y.length
  // Level and slope of each epoch as linear functions of independent sources: the first level, the
  // first slope, two shoves a step.
  const sources = 2 + 2 * (n - 1)
  const levels: Matrix = []
  let level = Array<number>(sources).fill(0)
  let slope = Array<number>(sources).fill(0)
  level[0] = 2 * Math.max(1, pace)
  slope[1] = pace
  const means = [y[0]!]
  let [levelMean, slopeMean] = [y[0]!, -pace]
  levels.push(level)
  for (let t = 1; t < n; t++) {
    const step = trendStep(t, t + 1)
    const bySlope = Math.sqrt(step.slope)
    level = level.map((value, i) => value + step.carry * slope[i]!)
    slope = slope.map(value => step.keep * value)
    const at = 2 + 2 * (t - 1)
    level[at] = (pace * step.cross) / bySlope
    level[at + 1] = pace * Math.sqrt(step.level - (step.cross / bySlope) ** 2)
    slope[at] = pace * bySlope
    levels.push(level)
    levelMean += step.carry * slopeMean
    slopeMean *= step.keep
    means.push(levelMean)
  }
  const prior = levels.map(a =>
    levels.map(b => a.reduce((sum, value, i) => sum + value * b[i]!, 0)),
  )
  const readings = prior.map((row, i) =>
    row.map(
      (value, j) => value + noise * noise * PERSISTENCE ** Math.abs(i - j) + (i === j ? 1e-12 : 0),
    ),
  )
  const gain = prior.map(row => solve(readings, row))
  const surprise = y.map((value, i) => value - means[i]!)
  const weighted = solve(readings, surprise)
  return {
    mean: gain.map(
      (row, i) => means[i]! + row.reduce((sum, value, j) => sum + value * surprise[j]!, 0),
    ),
    variance: gain.map(
      (row, i) => prior[i]![i]! - row.reduce((sum, value, j) => sum + value * prior[j]![i]!, 0),
    ),
    logLikelihood:
      -0.5 *
      (n * Math.log(2 * Math.PI) +
        Math.log(determinant(readings)) +
        surprise.reduce((sum, value, i) => sum + value * weighted[i]!, 0)),
  }
}

function eliminate(matrix: Matrix, right: readonly number[]): Matrix {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  rows.forEach((pivot, i) => {
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r]![i]! / pivot[i]!
      rows[r] = rows[r]!.map((value, j) => value - factor * pivot[j]!)
    }
  })
  return rows
}

function solve(matrix: Matrix, right: readonly number[]): number[] {
  const rows = eliminate(matrix, right)
  const solution = Array<number>(right.length).fill(0)
  for (let i = right.length - 1; i >= 0; i--) {
    const known = rows[i]!.slice(0, -1).reduce(
      (sum, value, j) => (j > i ? sum + value * solution[j]! : sum),
      0,
    )
    solution[i] = (rows[i]!.at(-1)! - known) / rows[i]![i]!
  }
  return solution
}

function determinant(matrix: Matrix): number {
  return eliminate(
    matrix,
    matrix.map(() => 0),
  ).reduce((product, row, i) => product * row[i]!, 1)
}

describe('the local trend', () => {
  const normal = normalsOf(5)
  const y = Array.from({ length: 9 }, (_, i) => 0.3 - 0.4 * Math.log(i + 1) + 0.05 * normal())

  it.each([
    { pace: 0.3, noise: 0.05 },
    { pace: 0.05, noise: 0.01 },
    { pace: 2, noise: 0.04 },
  ])('has the likelihood and the smoothed levels of one big normal distribution: %o', trend => {
    const filtered = filterTrend(trend, y, true)
    const smoothed = smoothTrend(filtered)
    const dense = conditioned(trend, y)
    expect(filtered.logLikelihood).toBeCloseTo(dense.logLikelihood, 6)
    smoothed.mean.forEach((value, t) => expect(value).toBeCloseTo(dense.mean[t]!, 8))
    smoothed.variance.forEach((value, t) => expect(value).toBeCloseTo(dense.variance[t]!, 8))
    expect(filtered.last.level).toBeCloseTo(dense.mean.at(-1)!, 8)
    expect(filtered.last.levelVariance).toBeCloseTo(dense.variance.at(-1)!, 8)
  })

  it('moves as far in two steps as in one over the same time', () => {
    const [first, second, both] = [trendStep(2, 3), trendStep(3, 7), trendStep(2, 7)]
    expect(first.keep * second.keep).toBeCloseTo(both.keep, 12)
    expect(second.slope + second.keep ** 2 * first.slope).toBeCloseTo(both.slope, 12)
    expect(
      first.level + second.level + 2 * second.carry * first.cross + second.carry ** 2 * first.slope,
    ).toBeCloseTo(both.level, 12)
    expect(second.cross + second.keep * (first.cross + second.carry * first.slope)).toBeCloseTo(
      both.cross,
      12,
    )
  })
})
