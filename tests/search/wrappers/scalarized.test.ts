import { describe, expect, it } from 'vitest'
import { paretoFront } from '../../../src/math/pareto.js'
import { chebyshev } from '../../../src/search/wrappers/scalarized.js'
import type { Params, Space } from '../../../src/space/parameter.js'
import { EMPTY, type Outcomes, type Observed, suggest, samplerNamed } from '../outcomes.js'

const square: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'y', low: 0, high: 1, scale: 'linear' },
]
/** Two goals that pull apart along x; y off the middle is bad for both. The front is y = 0.5. */
const losses = ({ x, y }: Params): readonly [number, number] => [
  Number(x) ** 2 + 4 * (Number(y) - 0.5) ** 2,
  (1 - Number(x)) ** 2 + 4 * (Number(y) - 0.5) ** 2,
]
const seen = (params: Params): Observed => ({
  params,
  loss: losses(params)[0],
  objectives: losses(params),
})

function play(name: string, trials: number, seed: number): Outcomes {
  let history = EMPTY
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const suggestion = suggest(samplerNamed(name), square, history, { seed, trialNumber })
    if (suggestion.kind === 'params')
      history = { ...history, observed: [...history.observed, seen(suggestion.params)] }
  }
  return history
}

describe('two objectives, weighed anew for each trial', () => {
  const near = (history: Outcomes) =>
    history.observed.slice(12).filter(({ params }) => Math.abs(Number(params['y']) - 0.5) < 0.1)

  it('bring a model-based sampler to the whole front, where random search is by chance', () => {
    const { observed } = play('bayesian', 40, 1)
    const found = near({ ...EMPTY, observed })
    expect(found.length).toBeGreaterThan(14)
    expect(near(play('random', 40, 1)).length).toBeLessThan(12)
    const xs = found.map(({ params }) => Number(params['x']))
    expect([Math.min(...xs) < 0.25, Math.max(...xs) > 0.75]).toEqual([true, true])
  })

  it.each(['auto', 'bayesian', 'cma-es'])(
    'are told by %s, which repeats itself from the records',
    name => {
      const history = play(name, 12, 2)
      const next = (past: Outcomes) =>
        suggest(samplerNamed(name), square, past, { seed: 2, trialNumber: 12 })
      const suggestion = next(history)
      expect(next(structuredClone(history))).toEqual(suggestion)
      if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
      expect(suggestion.rationale.text).toMatch(/; objectives weighed 0\.\d\d : 0\.\d\d$/)
      expect(suggestion.rationale.expected).toBeNull()
    },
  )

  it('leave a study with one loss as it is', () => {
    const one: Outcomes = {
      ...EMPTY,
      observed: play('random', 12, 3).observed.map(({ objectives: _, ...one }) => one),
    }
    const suggestion = suggest(samplerNamed('bayesian'), square, one, { seed: 2, trialNumber: 12 })
    expect(suggestion.kind === 'params' && suggestion.rationale.text).not.toMatch(/objectives/)
  })
})

describe('the augmented Chebyshev norm', () => {
  it('is max λf + 0.05 Σ λf of objectives scaled from the lowest to the highest on the front', () => {
    const observed = [
      [0, 20],
      [2, 10],
      [1, 12],
      [8, 1e30],
    ].map((objectives): Observed => ({ params: {}, loss: objectives[0]!, objectives }))
    const values = chebyshev(observed, [0.25, 0.75]).map(({ loss }) => loss)
    expect(values[0]).toBeCloseTo(0.75 + 0.05 * 0.75, 12)
    expect(values[1]).toBeCloseTo(0.25 + 0.05 * 0.25, 12)
    expect(values[2]).toBeCloseTo(0.15 + 0.05 * (0.125 + 0.15), 12)
    expect(values[3]).toBeGreaterThan(1e5)
  })

  it('is lowest, for any weights, on the front', () => {
    const points = play('random', 30, 4).observed
    const front = paretoFront(points.map(({ objectives }) => objectives!))
    for (const weight of [0, 0.1, 0.5, 0.9, 1]) {
      const values = chebyshev(points, [weight, 1 - weight]).map(({ loss }) => loss)
      const best = values.indexOf(Math.min(...values))
      expect(weight === 0 || weight === 1 || front.includes(best)).toBe(true)
    }
  })

  it('is finite whatever the size of the losses, and where one was not measured', () => {
    const sizes = [1e-300, 1e300, -1e308, 1e308, 0, NaN]
    const least = [
      [0, 0],
      [5e-324, 0],
    ].map((objectives): Observed => ({ params: {}, loss: objectives[0]!, objectives }))
    expect(chebyshev(least, [0.5, 0.5]).every(({ loss }) => Number.isFinite(loss))).toBe(true)
    const observed = sizes.flatMap(a =>
      sizes.map((b): Observed => ({ params: {}, loss: a, objectives: [a, b] })),
    )
    expect(chebyshev(observed, [0.5, 0.5]).every(({ loss }) => Number.isFinite(loss))).toBe(true)
    expect(chebyshev([observed.at(-1)!], [0.5, 0.5]).map(({ loss }) => loss)).toEqual([0])
  })
})
