import { keyedUniform, standardNormal, type Uniform } from '../../math/random.js'
import { contains, type Parameter, type Params, type Space } from '../../space/parameter.js'
import { paramsAt, toUnit } from '../../space/transform.js'
import { courseOf, type Course } from './cma-es/course.js'
import { axesOf, rooted } from './cma-es/distribution.js'
import { figure } from '../../util/figure.js'
import { random } from './random.js'
import type { Sampler, SampleRequest } from '../contract/sampler.js'

export interface CmaEsOptions {
  /** Trials of a generation, 2 or more; 4 + ⌊3 ln n⌋ for n parameters where it is left out. */
  readonly population?: number
}

const PURPOSE = 0x636d
const DRAWS = 100

/**
 * Covariance matrix adaptation: trials are drawn from a normal distribution over the unit cube,
 * which after each generation moves to the better half and takes on their shape.
 *
 * Only the ranks of losses matter. Generations are the finished trials in their order, so running
 * ones are not waited for. A draw outside the cube, or nearer to a failed trial than to any
 * finished one, is drawn again. Categories have no order to learn: each trial draws them at random.
 *
 * Source: Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, 2016; integers as in
 * Hamano et al., "CMA-ES with margin", GECCO 2022.
 */
export function cmaEs({ population }: CmaEsOptions = {}): Sampler {
  return (space, history, request) => {
    const learnt = space.filter(hasWidth)
    if (learnt.length === 0) return random(space, history, request)
    const told = history.observed
      .filter(({ params }) => contains(space, params))
      .map(({ params, loss }) => ({ at: placeOf(learnt, params), loss }))
    const course = courseOf(learnt, told, request.seed, population)
    const failed = history.failed
      .filter(params => contains(space, params))
      .map(params => placeOf(learnt, params))
    const sound = (at: Float64Array) =>
      failed.length === 0 ||
      nearest(at, failed) >=
        nearest(
          at,
          told.map(({ at }) => at),
        )
    const params = drawn(space, learnt, course, request, sound)
    return {
      kind: 'params',
      params,
      rationale: { method: 'CMA-ES', text: words(course), expected: null },
    }
  }
}

/** Whether a parameter has an order, and more than one value. */
function hasWidth(parameter: Parameter): boolean {
  return parameter.kind !== 'categorical' && parameter.low < parameter.high
}

function placeOf(learnt: Space, params: Params): Float64Array {
  return Float64Array.from(learnt, parameter => toUnit(parameter, params[parameter.name]!))
}

/**
 * The first draw that is within the cube, sound and admitted; failing that the last one, moved to
 * the cube.
 */
function drawn(
  space: Space,
  learnt: Space,
  course: Course,
  { seed, trialNumber, admits }: SampleRequest,
  sound: (at: Float64Array) => boolean,
): Params {
  const uniform = keyedUniform([seed, trialNumber, PURPOSE])
  const draw = drawFrom(course, uniform)
  const whole = (at: Float64Array) =>
    paramsAt(
      space,
      space.map(parameter =>
        hasWidth(parameter) ? clamped(at[learnt.indexOf(parameter)]!) : uniform(),
      ),
    )
  let within: Params | undefined
  for (let count = 0; count < DRAWS; count++) {
    const at = draw()
    if (!at.every(x => x >= 0 && x <= 1)) continue
    const params = whole(at)
    if (admits && !admits(params)) continue
    if (sound(at)) return params
    within ??= params
  }
  return within ?? whole(draw())
}

function drawFrom({ distribution, stretch }: Course, uniform: Uniform): () => Float64Array {
  const roots = axesOf(distribution)
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
}: Course): string {
  const anew = restarts > 0 ? `, begun anew ${restarts === 1 ? 'once' : `${restarts} times`}` : ''
  const about =
    generation > 0
      ? 'the weighted mean of the better half'
      : restarts > 0
        ? 'a place drawn at random'
        : 'the middle of the space'
  return `drawn for generation ${generation + 1} of ${population} trials each${anew}: about ${about}, step size ${figure(step)} of the space`
}
