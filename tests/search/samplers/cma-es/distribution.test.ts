import { describe, expect, it } from 'vitest'
import { initialDistribution, learn } from '../../../../src/search/samplers/cma-es/distribution.js'
import {
  defaultPopulation,
  strategyParameters,
} from '../../../../src/search/samplers/cma-es/strategy.js'
import golden from '../../../golden/cma-es.json' with { type: 'json' }

const close = (actual: Iterable<number>, expected: readonly number[]) =>
  [...actual].forEach((value, i) =>
    expect(Math.abs(value - expected[i]!) / Math.max(1e-3, Math.abs(expected[i]!))).toBeLessThan(
      1e-9,
    ),
  )

describe.each(golden.cases)(
  'covariance matrix adaptation in $n dimensions, $population points a generation',
  ({ n, population, weights, generations }) => {
    const strategy = strategyParameters(n, population)

    it('weighs ranks as the cmaes package does', () => close(strategy.weights, weights))

    it('has its mean, step size, covariance and paths after every generation', () => {
      let distribution = initialDistribution(new Float64Array(n).fill(0.5), 0.3)
      for (const { points, losses, mean, step, covariance, stepPath, path } of generations) {
        const order = losses.map((_, i) => i).sort((a, b) => losses[a]! - losses[b]!)
        const { mean: from, step: width } = distribution
        distribution = learn(
          strategy,
          distribution,
          order.map(i => Float64Array.from(points[i]!, (x, j) => (x - from[j]!) / width)),
        )
        close(distribution.mean, mean)
        close([distribution.step], [step])
        close(distribution.covariance, covariance.flat())
        close(distribution.stepPath, stepPath)
        close(distribution.path, path)
      }
      expect(distribution.generation).toBe(generations.length)
    })
  },
)

it('takes 4 + ⌊3 ln n⌋ points a generation', () => {
  expect([1, 2, 3, 5, 10, 20].map(defaultPopulation)).toEqual([4, 6, 7, 8, 10, 12])
})
