import { keyedUniform, standardNormal, type Uniform } from '../../math/random.js'
import { contains, type Parameter, type Params, type Space } from '../../space/parameter.js'
import { paramsAt, toUnit } from '../../space/transform.js'
import { evolve, type Evolution } from './cma-es/evolution.js'
import { principalAxes, rooted } from './cma-es/distribution.js'
import { figure } from '../../util/figure.js'
import { random } from './random.js'
import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import type { SampleRequest, Sampler, Suggestion } from '../contract/sampler.js'
import { evaluated, failed } from '../contract/trial-outcomes.js'
import { scalarized } from '../wrappers/scalarized.js'

const PURPOSE = 0x636d
const DRAWS = 100

/**
 * Covariance matrix adaptation: trials are drawn from a normal distribution over the unit cube,
 * which after each generation moves to the better half and takes on their shape.
 *
 * Only the ranks of losses matter. Generations are the evaluated trials in their order, so nothing
 * waits for running ones. A draw outside the cube, or nearer to a failed trial than to any
 * evaluated one, is drawn again. Categories have no order to learn: each trial draws them at
 * random.
 *
 * Source: Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, 2016; integers as in
 * Hamano et al., "CMA-ES with margin", GECCO 2022.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: cmaEs(),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const cmaEs = defineStrategy({
  name: 'cma-es',
  summary: {
    en: 'CMA evolution strategy: numbers only, several hundred trials',
    zh: 'CMA 进化策略：适合纯数值参数和数百次试验',
  },
  options: [
    {
      name: 'population',
      type: 'int',
      min: 2,
      max: Number.MAX_SAFE_INTEGER,
      defaultText: {
        en: '4 + ⌊3 ln n⌋ for n parameters',
        zh: 'n 个参数时为 4 + ⌊3 ln n⌋',
      },
      help: { en: 'trials of a generation', zh: '每一代的试验数' },
    },
  ],
  create: ({ population }): Sampler => {
    const fallback = random()
    return scalarized({
      name: 'cma-es',
      suggest(space, trials, request) {
        const learned = space.filter(hasWidth)
        return learned.length === 0
          ? fallback.suggest(space, trials, request)
          : sample(space, learned, trials, request, population)
      },
    })
  },
})

function sample(
  space: Space,
  learned: Space,
  trials: readonly Curve[],
  request: SampleRequest,
  population: number | undefined,
): Suggestion {
  const within = trials.filter(({ params }) => contains(space, params))
  const points = evaluated(within).map(({ params, loss }) => ({
    at: unitPoint(learned, params),
    loss,
  }))
  const evolution = evolve(learned, points, request.seed, population)
  const failures = failed(within).map(params => unitPoint(learned, params))
  const sound = (at: Float64Array) =>
    failures.length === 0 ||
    nearest(at, failures) >=
      nearest(
        at,
        points.map(({ at }) => at),
      )
  return {
    kind: 'params',
    params: drawn(space, learned, evolution, request, sound),
    rationale: { method: 'CMA-ES', text: words(evolution), expected: null },
  }
}

/** Whether a parameter has an order, and more than one value. */
function hasWidth(parameter: Parameter): boolean {
  return parameter.kind !== 'categorical' && parameter.low < parameter.high
}

function unitPoint(learned: Space, params: Params): Float64Array {
  return Float64Array.from(learned, parameter => toUnit(parameter, params[parameter.name]!))
}

/**
 * The first draw that is within the cube, sound and admitted; failing that the last one, moved to
 * the cube.
 */
function drawn(
  space: Space,
  learned: Space,
  evolution: Evolution,
  { seed, trialNumber, admits }: SampleRequest,
  sound: (at: Float64Array) => boolean,
): Params {
  const uniform = keyedUniform([seed, trialNumber, PURPOSE])
  const draw = drawFrom(evolution, uniform)
  const configuration = (at: Float64Array) =>
    paramsAt(
      space,
      space.map(parameter =>
        hasWidth(parameter) ? clamped(at[learned.indexOf(parameter)]!) : uniform(),
      ),
    )
  let within: Params | undefined
  for (let count = 0; count < DRAWS; count++) {
    const at = draw()
    if (!at.every(x => x >= 0 && x <= 1)) continue
    const params = configuration(at)
    if (admits && !admits(params)) continue
    if (sound(at)) return params
    within ??= params
  }
  return within ?? configuration(draw())
}

function drawFrom({ distribution, stretch }: Evolution, uniform: Uniform): () => Float64Array {
  const roots = principalAxes(distribution)
  const { mean, step } = distribution
  return () => {
    const y = rooted(
      roots,
      mean.map(() => standardNormal(uniform)),
      1,
    )
    return y.map((value, i) => mean[i]! + step * stretch[i]! * value)
  }
}

function clamped(x: number): number {
  return Math.min(1, Math.max(0, x))
}

/** Squared distance to the nearest of some points; Infinity where there are none. */
function nearest(at: Float64Array, points: readonly Float64Array[]): number {
  return points.reduce(
    (least, point) =>
      Math.min(
        least,
        at.reduce((sum, x, i) => sum + (x - point[i]!) ** 2, 0),
      ),
    Infinity,
  )
}

function words({
  strategy: { population },
  distribution: { generation, step },
  restarts,
}: Evolution): string {
  const anew = restarts > 0 ? `, begun anew ${restarts === 1 ? 'once' : `${restarts} times`}` : ''
  const about =
    generation > 0
      ? 'the weighted mean of the better half'
      : restarts > 0
        ? 'a place drawn at random'
        : 'the middle of the space'
  return (
    `drawn for generation ${generation + 1} of ${population} trials each${anew}: ` +
    `about ${about}, step size ${figure(step)} of the space`
  )
}
