import { describe, expect, it } from 'vitest'
import { cmaEs } from '../../../../src/search/samplers/cma-es.js'
import { evolve } from '../../../../src/search/samplers/cma-es/evolution.js'
import { initialDistribution } from '../../../../src/search/samplers/cma-es/distribution.js'
import { integerStretch } from '../../../../src/search/samplers/cma-es/margin.js'
import { strategyParameters } from '../../../../src/search/samplers/cma-es/strategy.js'
import { random } from '../../../../src/search/samplers/random.js'
import type { Sampler } from '../../../../src/search/contract/sampler.js'
import type { Params, Space } from '../../../../src/space/parameter.js'
import { EMPTY, type Outcomes, suggest } from '../../outcomes.js'

const plane: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'y', low: 1e-5, high: 1e-1, scale: 'log' },
]
/** A long valley at an angle, its floor at (0.3, 10^-2.4). */
const valley = ({ x, y }: Params) => {
  const [u, v] = [Number(x) - 0.3, (Math.log10(Number(y)) + 5) / 4 - 0.65]
  return (u + v) ** 2 + 100 * (u - v) ** 2
}

function play(
  sampler: Sampler,
  space: Space,
  loss: (params: Params) => number,
  seed: number,
  trials: number,
  slots = 1,
): Outcomes {
  let history: Outcomes = EMPTY
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const suggestion = suggest(sampler, space, history, { seed, trialNumber })
    if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
    history = { ...history, pending: [...history.pending, suggestion.params] }
    while (history.pending.length >= slots) {
      const [params, ...pending] = history.pending
      history = {
        ...history,
        pending,
        observed: [...history.observed, { params: params!, loss: loss(params!) }],
      }
    }
  }
  return history
}
const best = (history: Outcomes) => Math.min(...history.observed.map(({ loss }) => loss))
const paramsOf = (
  sampler: Sampler,
  space: Space,
  history: Outcomes,
  trialNumber: number,
  seed = 1,
) => {
  const suggestion = suggest(sampler, space, history, { seed, trialNumber })
  if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
  return suggestion
}

describe('CMA-ES', () => {
  it.each([1, 4])(
    'learns the direction of a valley that random search does not, with %i slots',
    slots => {
      const sum = (sampler: Sampler) =>
        [1, 2, 3, 4, 5].reduce(
          (total, seed) => total + Math.log10(best(play(sampler, plane, valley, seed, 120, slots))),
          0,
        ) / 5
      expect(sum(cmaEs())).toBeLessThan(sum(random()) - 2)
    },
  )

  it('asks where losses are ranked alike, whatever their size', () => {
    const history = play(cmaEs(), plane, valley, 1, 30)
    const scaled = {
      ...history,
      observed: history.observed.map(one => ({ ...one, loss: 1e300 * one.loss })),
    }
    const logs = {
      ...history,
      observed: history.observed.map(one => ({ ...one, loss: Math.log(one.loss) })),
    }
    const next = paramsOf(cmaEs(), plane, history, 30)
    expect(paramsOf(cmaEs(), plane, scaled, 30)).toEqual(next)
    expect(paramsOf(cmaEs(), plane, logs, 30)).toEqual(next)
  })

  it('goes on in the generation it is in, whoever is still running', () => {
    const history = play(cmaEs(), plane, valley, 1, 14)
    const alone = paramsOf(cmaEs(), plane, history, 14)
    const beside = paramsOf(cmaEs(), plane, { ...history, pending: [alone.params] }, 15)
    expect(beside.params).not.toEqual(alone.params)
    expect(beside.rationale.text).toBe(alone.rationale.text)
    expect(alone.rationale).toMatchObject({ method: 'CMA-ES', expected: null })
    expect(alone.rationale.text).toMatch(
      /^drawn for generation 3 of 6 trials each: about the weighted mean of the better half, step size [\d.]+ of the space$/,
    )
  })

  it('moves away from where trials fail', () => {
    const failing = (params: Params) => Number(params['x']) > 0.5
    const share = (learns: boolean) => {
      let history: Outcomes = EMPTY
      let count = 0
      for (let trialNumber = 0; trialNumber < 40; trialNumber++) {
        const { params } = paramsOf(cmaEs(), plane, history, trialNumber)
        if (!failing(params))
          history = {
            ...history,
            observed: [...history.observed, { params, loss: -Number(params['x']) }],
          }
        else {
          count++
          if (learns) history = { ...history, failed: [...history.failed, params] }
        }
      }
      return count
    }
    expect(share(true)).toBeLessThan(0.6 * share(false))
  })

  const mixed: Space = [
    { kind: 'int', name: 'n', low: 1, high: 100, scale: 'linear' },
    { kind: 'int', name: 'm', low: 1, high: 256, scale: 'log' },
    { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  ]
  const steps = ({ n, m, x }: Params) =>
    Math.abs(Number(n) - 71) / 100 +
    Math.abs(Math.log2(Number(m)) - 6) / 8 +
    0.1 * (Number(x) - 0.5) ** 2

  it('finds integers, and keeps leaving the one it stands on', () => {
    const history = play(cmaEs(), mixed, steps, 2, 160)
    const found = history.observed.reduce((a, b) => (b.loss < a.loss ? b : a)).params
    expect(Math.abs(Number(found['n']) - 71)).toBeLessThanOrEqual(1)
    expect(Math.abs(Number(found['m']) - 64)).toBeLessThanOrEqual(1)
    expect(
      new Set(history.observed.slice(-40).map(({ params }) => params['n'])).size,
    ).toBeGreaterThan(1)
  })

  it('stretches an integer until a draw in λ n leaves its cell, and no other coordinate', () => {
    const strategy = strategyParameters(3)
    const narrow = { ...initialDistribution(Float64Array.of(0.505, 0.5, 0.5), 1e-6) }
    const [n, m, x] = integerStretch(strategy, narrow, mixed) as unknown as [number, number, number]
    // A coordinate of width w leaves by an edge w Φ⁻¹(1 − 1/21) = 1.668 w away once in 21 draws.
    expect(n * 1e-6 * 1.6684).toBeCloseTo(0.005, 5)
    expect(m).toBeGreaterThan(1)
    expect(x).toBe(1)
    expect([...integerStretch(strategy, { ...narrow, step: 0.3 }, mixed)]).toEqual([1, 1, 1])
  })

  it('draws categories at random, all of them for good', () => {
    const space: Space = [...plane, { kind: 'categorical', name: 'c', choices: ['a', 'b', 'c'] }]
    const { observed } = play(
      cmaEs(),
      space,
      params => valley(params) + (params['c'] === 'a' ? 0 : 1),
      3,
      90,
    )
    const counts = ['a', 'b', 'c'].map(
      choice => observed.slice(30).filter(({ params }) => params['c'] === choice).length,
    )
    expect(Math.min(...counts)).toBeGreaterThan(8)
  })

  it('begins anew elsewhere with twice the population where nothing is left to learn', () => {
    const points = play(cmaEs(), plane, valley, 1, 400).observed.map(({ params, loss }) => ({
      at: Float64Array.of(Number(params['x']), (Math.log10(Number(params['y'])) + 5) / 4),
      loss,
    }))
    const evolution = evolve(plane, points, 1)
    expect(evolution.restarts).toBeGreaterThan(0)
    expect(evolution.strategy.population).toBe(6 * 2 ** evolution.restarts)
    expect(
      paramsOf(cmaEs(), plane, play(cmaEs(), plane, valley, 1, 400), 400).rationale.text,
    ).toMatch(/begun anew (once|\d times)/)
  })

  it('stays where it can be drawn from when losses say nothing', () => {
    const { observed } = play(cmaEs(), plane, () => 1, 4, 600)
    const xs = observed.slice(-50).map(({ params }) => Number(params['x']))
    expect(new Set(xs).size).toBe(50)
  })
})
