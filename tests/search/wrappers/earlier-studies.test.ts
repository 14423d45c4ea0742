import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { configurationKey } from '../../../src/space/configurations.js'
import { encodeAll, createEncoding } from '../../../src/search/gaussian-process/encoding.js'
import { earlierModels, priorMean } from '../../../src/search/gaussian-process/prior-mean.js'
import { samplers } from '../../../src/search/registry.js'
import type { EarlierStudy, EvaluatedCurve } from '../../../src/search/contract/sampler.js'
import { contains, type Params, type Space } from '../../../src/space/parameter.js'
import { paramsAt, toUnit } from '../../../src/space/transform.js'
import { EMPTY, type Outcomes, type Observed, suggest, samplerNamed } from '../outcomes.js'

const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-5, high: 1e-1, scale: 'log' },
  { kind: 'float', name: 'dropout', low: 0, high: 0.5, scale: 'linear' },
]

type Loss = (params: Params) => number
const units = (params: Params): number[] =>
  space.map(parameter => toUnit(parameter, params[parameter.name]!))

/** A basin around a point, with a ripple, so that it is not found at once. */
function basin(centre: readonly number[]): Loss {
  return params => {
    const u = units(params)
    return (
      1 +
      3 * u.reduce((sum, x, i) => sum + (x - centre[i]!) ** 2, 0) +
      0.05 * Math.sin(12 * u[0]!) * Math.cos(9 * u[1]!)
    )
  }
}

const here: Loss = basin([0.3, 0.7])
/** Other units, another offset, the basin nearly where ours is. */
const alike: Loss = params => 40 + 7 * basin([0.33, 0.66])(params)
/** Low where ours is high. */
const opposed: Loss = params => 5 - here(params)

function studied(loss: Loss, count = 20, key = 5): EarlierStudy {
  const uniform = keyedUniform([key])
  const trials = Array.from({ length: count }, (_, trial): EvaluatedCurve => {
    const params = paramsAt(space, space.map(uniform))
    return { trial, params, state: 'complete', losses: [], loss: loss(params) }
  })
  return { study: 'before', trials }
}

/** The best loss after each trial. */
function search(
  sampler: string,
  seed: number,
  trials: number,
  earlier: readonly EarlierStudy[],
): number[] {
  let history: Outcomes = EMPTY
  const best: number[] = []
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const next = suggest(samplerNamed(sampler), space, history, {
      seed,
      trialNumber,
      earlierStudies: earlier,
    })
    if (next.kind === 'exhausted') throw new Error(next.reason)
    expect(contains(space, next.params)).toBe(true)
    const loss = here(next.params)
    history = {
      ...history,
      observed: [...history.observed, { params: next.params, loss }],
    }
    best.push(Math.min(loss, best.at(-1) ?? Infinity))
  }
  return best
}

const SEEDS = [1, 2, 3, 4, 5, 6]
const regretOf = (earlier: readonly EarlierStudy[], trials: number): number =>
  SEEDS.reduce(
    (sum, seed) => sum + search('bayesian', seed, trials, earlier).at(-1)! / SEEDS.length,
    0,
  ) - least

const least = Math.min(
  ...Array.from({ length: 40_000 }, (_, i) =>
    here(paramsAt(space, [(i % 200) / 199, Math.floor(i / 200) / 199])),
  ),
)

describe('earlier studies', () => {
  it.each(samplers.names.filter(name => name !== 'grid'))(
    'give %s their best configuration first',
    sampler => {
      const before = studied(alike)
      const best = before.trials.reduce((a, b) => (b.loss < a.loss ? b : a))
      const first = suggest(samplerNamed(sampler), space, EMPTY, {
        seed: 1,
        trialNumber: 0,
        earlierStudies: [before],
      })
      expect(first).toMatchObject({
        kind: 'params',
        params: best.params,
        rationale: { method: 'earlier study', text: 'the best of the 20 configurations of before' },
      })
    },
  )

  it('that agree make the search reach in five trials what it reaches in eight without them', () => {
    expect(regretOf([studied(alike)], 5)).toBeLessThan(regretOf([], 8))
  })

  it('that are opposed cost it no more than a tenth of what a median random point loses, after twelve trials', () => {
    const uniform = keyedUniform([9])
    const random = Array.from(
      { length: 999 },
      () => here(paramsAt(space, space.map(uniform))) - least,
    ).sort((a, b) => a - b)[499]!
    expect(regretOf([studied(opposed)], 12)).toBeLessThan(regretOf([], 12) + 0.1 * random)
  })

  it('are weighed by how far they agree with the trials of one’s own, one that is opposed not at all', () => {
    const encoding = createEncoding(space)
    const own = studied(here, 12, 8).trials
    const x = encodeAll(
      encoding,
      own.map(({ params }) => params),
    )
    const y = Float64Array.from(own, ({ loss }) => loss)
    const models = earlierModels(encoding, [studied(alike), studied(opposed)], [1])
    const { coefficients, mean } = priorMean(models, x, y)
    expect(coefficients[0]).toBeGreaterThan(0.2)
    expect(coefficients[1]).toBe(0)
    const slopes = new Float64Array(2)
    const point = Float64Array.of(0.4, 0.2)
    const at = mean(point, slopes)
    expect(mean(point)).toBe(at)
    const step = 1e-5
    for (const c of [0, 1]) {
      const [up, down] = [1, -1].map(side =>
        mean(point.map((u, i) => (i === c ? u + side * step : u))),
      )
      expect(slopes[c]).toBeCloseTo((up! - down!) / (2 * step), 5)
    }
  })
})

describe('trials from before the space was changed', () => {
  const wide: Space = [
    { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
    { kind: 'categorical', name: 'kind', choices: ['a', 'b'] },
  ]
  const narrow: Space = [
    { kind: 'float', name: 'x', low: 0.5, high: 1, scale: 'linear' },
    { kind: 'categorical', name: 'kind', choices: ['a'] },
  ]
  const loss: Loss = ({ x }) => (Number(x) - 0.45) ** 2
  const observed = [0.05, 0.2, 0.3, 0.4, 0.6, 0.8, 0.95].map(x => ({
    params: { x, kind: 'a' },
    loss: loss({ x }),
  }))

  it('are evidence for a Gaussian process where they have a place: it goes to the end of the space that they point at', () => {
    const next = suggest(
      samplerNamed('bayesian'),
      narrow,
      { ...EMPTY, observed },
      { seed: 1, trialNumber: 7 },
    )
    expect(next.kind === 'params' && Number(next.params['x'])).toBeLessThan(0.53)
    const known = observed.filter(({ params }) => contains(narrow, params))
    expect(next).not.toEqual(
      suggest(
        samplerNamed('bayesian'),
        narrow,
        { ...EMPTY, observed: known },
        { seed: 1, trialNumber: 7 },
      ),
    )
  })

  it('are none where their category is no choice any more', () => {
    const other = [0.1, 0.9].map(x => ({ params: { x, kind: 'b' }, loss: 0 }))
    const ask = (more: readonly Observed[]) =>
      suggest(
        samplerNamed('bayesian'),
        narrow,
        { ...EMPTY, observed: [...observed, ...more] },
        { seed: 1, trialNumber: 7 },
      )
    expect(ask(other)).toEqual(ask([]))
    expect(configurationKey(wide, other[0]!.params)).not.toBe(
      configurationKey(wide, observed[0]!.params),
    )
  })
})
