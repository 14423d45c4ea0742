import { describe, expect, it } from 'vitest'
import { cdf, density } from '../../../../src/math/normal.js'
import { keyedUniform } from '../../../../src/math/random.js'
import { choiceCell, draw, logDensity, parzen } from '../../../../src/search/samplers/tpe/parzen.js'
import type { Params, Space } from '../../../../src/space/parameter.js'
import { paramsAt, toUnit } from '../../../../src/space/transform.js'
import golden from '../../../golden/parzen.json' with { type: 'json' }

const space: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'lr', low: 1e-4, high: 1e-1, scale: 'log' },
  { kind: 'int', name: 'n', low: 1, high: 60, scale: 'linear' },
  { kind: 'int', name: 'm', low: 4, high: 640, scale: 'log' },
  { kind: 'categorical', name: 'c', choices: ['a', 'b', 'c'] },
]

/** Σ wᵢ Π pᵢ, by definition. */
function summed(observations: readonly Params[], weights: Float64Array, params: Params): number {
  const mass = (from: number, to: number, centre: number, width: number) =>
    cdf((to - centre) / width) - cdf((from - centre) / width)
  const factors = space.map(parameter => {
    const name = parameter.name
    if (parameter.kind === 'categorical') {
      const share = (is: boolean) =>
        (1 / (observations.length + 1) + (is ? 1 : 0)) /
        (1 + parameter.choices.length / (observations.length + 1))
      return [
        ...observations.map(other => share(other[name] === params[name])),
        1 / parameter.choices.length,
      ]
    }
    const centres = observations.map(other => toUnit(parameter, other[name]!))
    const order = centres.map((_, i) => i).sort((a, b) => centres[a]! - centres[b]!)
    const widths = order.map((i, rank) => {
      const [below, above] = [order[rank - 1], order[rank + 1]].map(other =>
        other === undefined ? undefined : Math.abs(centres[other]! - centres[i]!),
      )
      return { i, width: Math.min(1, Math.max(0.01, Math.max(below ?? 0, above ?? 0))) }
    })
    const wide = widths.sort((a, b) => a.i - b.i).map(({ width }) => width)
    return [...centres.map((centre, i) => [centre, wide[i]!] as const), [0.5, 1] as const].map(
      ([centre, width]) => {
        if (parameter.kind === 'int')
          return (
            mass(...choiceCell(parameter, Number(params[name])), centre, width) /
            mass(0, 1, centre, width)
          )
        return (
          density((toUnit(parameter, params[name]!) - centre) / width) /
          width /
          mass(0, 1, centre, width)
        )
      },
    )
  })
  return weights.reduce(
    (sum, weight, i) => sum + factors.reduce((product, each) => product * each[i]!, weight),
    0,
  )
}

describe('Parzen estimator', () => {
  it.each(golden.cases.map(one => [one.observations.length, one] as const))(
    "has Optuna's density after %i observations",
    (_, { observations, at, logDensity: expected }) => {
      const density = parzen(space, observations)
      at.forEach((params, i) => expect(logDensity(density, params)).toBeCloseTo(expected[i]!, 8))
    },
  )

  it('is the mixture that it says it is, summed component by component, of four hundred observations among which many are alike', () => {
    const uniform = keyedUniform([3])
    const drawn = () =>
      paramsAt(
        space,
        space.map(() => Math.floor(uniform() ** 2 * 40) / 40),
      )
    const observations = Array.from({ length: 400 }, drawn)
    const density = parzen(space, observations)
    for (let i = 0; i < 20; i++) {
      const params = drawn()
      expect(logDensity(density, params)).toBeCloseTo(
        Math.log(summed(observations, density.weights, params)),
        9,
      )
    }
  })

  it('draws from its density: as often in a half of the space as it says', () => {
    const line: Space = [{ kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' }]
    const density = parzen(line, [{ x: 0.1 }, { x: 0.15 }, { x: 0.3 }])
    const uniform = keyedUniform([1])
    const share =
      Array.from({ length: 4000 }, () => Number(draw(density, uniform)['x']) < 0.25).filter(Boolean)
        .length / 4000
    const steps = 2000
    const mass = Array.from({ length: steps }, (_, i) =>
      Math.exp(logDensity(density, { x: (0.25 * (i + 0.5)) / steps })),
    ).reduce((sum, p) => sum + (0.25 * p) / steps, 0)
    // Standard error 0.008.
    expect(Math.abs(share - mass)).toBeLessThan(0.032)
  })
})
