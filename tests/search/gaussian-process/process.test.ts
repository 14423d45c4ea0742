import { describe, expect, it } from 'vitest'
import { createLogLikelihood } from '../../../src/search/gaussian-process/likelihood.js'
import {
  condition,
  fitted,
  predict,
  predictWithGradient,
  screen,
  distinguishability,
  type Data,
} from '../../../src/search/gaussian-process/process.js'
import golden from '../../golden/gp.json' with { type: 'json' }

function dataOf(x: readonly (readonly number[])[], y: readonly number[]): Data {
  const columns = x[0]!.length
  return {
    X: Float64Array.from(x.flat()),
    y: Float64Array.from(y),
    n: y.length,
    columns,
    lengthIndex: Int32Array.from({ length: columns }, (_, c) => c),
    lengths: columns,
  }
}

describe.each(golden.cases)(
  'Gaussian process on $name',
  ({ x, y, theta, at, mean, variance, logLikelihood: likelihood, gradient }) => {
    const data = dataOf(x, y)
    const parameters = Float64Array.from(theta)
    const process = condition(data, parameters)!

    it("predicts scikit-learn's mean and variance to 1e-8", () => {
      at.forEach((point, i) => {
        const found = predict(process, Float64Array.from(point))
        expect(Math.abs(found.mean - mean[i]!)).toBeLessThan(1e-8)
        expect(Math.abs(found.variance - variance[i]!)).toBeLessThan(1e-8)
      })
    })

    it('predicts the same for many points at once, and what the variance is at most beforehand', () => {
      const found = screen(process, Float64Array.from(at.flat()), at.length, Math.ceil(data.n / 3))
      at.forEach((point, i) => {
        const exact = predict(process, Float64Array.from(point))
        expect(found.mean[i]).toBeCloseTo(exact.mean, 10)
        expect(found.most[i]).toBeGreaterThanOrEqual(exact.variance - 1e-12)
        for (let time = 0; time < 2; time++)
          expect(found.exactVariance(i)).toBeCloseTo(exact.variance, 10)
      })
    })

    it('has the same bits by way of a process of some of its data, of other data, and of another noise', () => {
      const { columns } = data
      const first = (n: number): Data => ({
        ...data,
        X: data.X.slice(0, n * columns),
        y: data.y.slice(0, n),
        n,
      })
      const likes = [1, 4, 5, data.n - 1, data.n].map(n =>
        condition(first(Math.min(n, data.n)), parameters)!,
      )
      const moved = data.X.map((value, i) =>
        i === Math.floor(data.X.length / 2) ? value + 0.1 : value,
      )
      const others = [
        condition({ ...data, X: moved }, parameters)!,
        condition(data, parameters.with(-1, parameters.at(-1)! + 1))!,
        condition({ ...data, noiselessFrom: 2 }, parameters)!,
      ]
      for (const like of [...likes, ...others])
        expect(condition(data, parameters, like)).toEqual(process)
      const exact: Data = { ...data, noiselessFrom: data.n - 1 }
      expect(condition(exact, parameters, process)).toEqual(condition(exact, parameters))
    })

    it('knows what it predicts at its data without predicting', () => {
      fitted(process).forEach((mean, i) =>
        expect(mean).toBeCloseTo(
          predict(process, data.X.subarray(i * data.columns, (i + 1) * data.columns)).mean,
          8,
        ),
      )
    })

    it("has scikit-learn's log marginal likelihood and gradient to 1e-8", () => {
      const slopes = new Float64Array(theta.length)
      expect(Math.abs(createLogLikelihood(data)(parameters, slopes) / likelihood - 1)).toBeLessThan(
        1e-8,
      )
      gradient.forEach((slope, i) =>
        expect(Math.abs(slopes[i]! - slope)).toBeLessThan(1e-8 * Math.max(1, Math.abs(slope))),
      )
    })

    it('has the gradient of its own prediction', () => {
      const columns = data.columns
      const [byMean, byVariance] = [new Float64Array(columns), new Float64Array(columns)]
      const step = 1e-5
      for (const point of at.slice(0, 6)) {
        predictWithGradient(process, Float64Array.from(point), byMean, byVariance)
        for (let c = 0; c < columns; c++) {
          const shifted = (by: number) =>
            predict(
              process,
              Float64Array.from(point, (u, k) => (k === c ? u + by : u)),
            )
          const [up, down] = [shifted(step), shifted(-step)]
          expect(byMean[c]! - (up.mean - down.mean) / (2 * step)).toBeCloseTo(0, 5)
          expect(byVariance[c]! - (up.variance - down.variance) / (2 * step)).toBeCloseTo(0, 5)
        }
      }
    })
  },
)

it('two columns of one category share a length', () => {
  const x = Float64Array.of(1, 0, 0, 1, 1, 0)
  const shared: Data = {
    X: x,
    y: Float64Array.of(1, -1, 0.5),
    n: 3,
    columns: 2,
    lengthIndex: Int32Array.of(0, 0),
    lengths: 1,
  }
  const apart: Data = { ...shared, lengthIndex: Int32Array.of(0, 1), lengths: 2 }
  const together = new Float64Array(3)
  const separate = new Float64Array(4)
  const value = createLogLikelihood(shared)(Float64Array.of(0, 0.3, -3), together)
  expect(createLogLikelihood(apart)(Float64Array.of(0, 0.3, 0.3, -3), separate)).toBeCloseTo(
    value,
    12,
  )
  expect(together[1]).toBeCloseTo(separate[1]! + separate[2]!, 12)
})

describe('telling two points apart', () => {
  // s² = 1, ℓ = 0.5, t² = 0.01: 1 − M(r) = 0.01 at r = 0.11.
  const process = condition(
    dataOf([[0], [1]], [0, 1]),
    Float64Array.from([0, Math.log(0.5), Math.log(0.01)]),
  )!
  const at = (u: number) => Float64Array.of(u)

  it('takes more distance than the noise hides', () => {
    expect(distinguishability(process, at(0.3), at(0.3 + 0.5 * 0.1))).toBeLessThan(1)
    expect(distinguishability(process, at(0.3), at(0.3 + 0.5 * 0.12))).toBeGreaterThan(1)
    expect(distinguishability(process, at(0.3 + 0.5 * 0.12), at(0.3))).toBeGreaterThan(1)
  })
})
