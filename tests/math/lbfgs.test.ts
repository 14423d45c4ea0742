import { describe, expect, it } from 'vitest'
import { minimise } from '../../src/math/lbfgs.js'

/** Rosenbrock's valley: minimum 0 at (1, 1). */
const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
  const [a, b] = x as unknown as [number, number]
  gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a)
  gradient[1] = 200 * (b - a * a)
  return 100 * (b - a * a) ** 2 + (1 - a) ** 2
}
const options = { iterations: 200, tolerance: 1e-8 }

describe('L-BFGS in a box', () => {
  it("walks Rosenbrock's valley to its end", () => {
    const { x } = minimise(rosenbrock, [-1.2, 1], { lower: [-5, -5], upper: [5, 5] }, options)
    expect(x[0]).toBeCloseTo(1, 5)
    expect(x[1]).toBeCloseTo(1, 5)
  })

  it('stops at the wall when the valley ends outside: the minimum on a = 0.5 is at b = 0.25', () => {
    const { x, value } = minimise(
      rosenbrock,
      [-1.2, 1],
      { lower: [-5, -5], upper: [0.5, 5] },
      options,
    )
    expect(x[0]).toBe(0.5)
    expect(x[1]).toBeCloseTo(0.25, 5)
    expect(value).toBeCloseTo(0.25, 8)
  })

  it('steps back from where there is no value', () => {
    const bounded = (x: Float64Array, gradient: Float64Array) => {
      gradient[0] = 1 - 1 / x[0]!
      return x[0]! > 0.4 ? x[0]! - Math.log(x[0]!) : Infinity
    }
    const { x } = minimise(bounded, [4], { lower: [-10], upper: [10] }, options)
    expect(x[0]).toBeCloseTo(1, 5)
  })
})
