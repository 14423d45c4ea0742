import { DEFAULTS_METHOD, type Rationale } from '../../record/trial.js'
import type { Constraint } from '../../space/constraint.js'
import { nearestWithin } from '../../space/nearest.js'
import { contains, type Params, type Space } from '../../space/parameter.js'
import { configurationKey } from '../../space/configurations.js'
import type { EarlierStudy, Sampler, SampleRequest } from '../contract/sampler.js'

/** A point that is proposed before those of the sampler. */
export interface FirstPoint {
  readonly params: Params
  readonly method: string
  readonly text: string
}

/**
 * Has a sampler begin with the defaults of the training as trial 0, so that later trials show their
 * improvement over the defaults; then the initial points; then the best of each earlier study. The
 * sampler's own first trial comes after them.
 */
export function withFirstPoints(sampler: Sampler): Sampler {
  return {
    name: sampler.name,
    suggest(space, trials, request) {
      const points = firstPoints(space, request)
      const point = points[request.trialNumber]
      if (point) return { kind: 'params', params: point.params, rationale: rationale(point) }
      const trialNumber = request.trialNumber - points.length
      return sampler.suggest(space, trials, { ...request, trialNumber })
    },
  }
}

export function rationale({ method, text }: FirstPoint): Rationale {
  return { method, text, expected: null }
}

/** The points that come before those of a sampler, each configuration once. */
export function firstPoints(
  space: Space,
  {
    defaults,
    initialPoints = [],
    earlierStudies = [],
    constraints,
  }: Pick<SampleRequest, 'defaults' | 'initialPoints' | 'earlierStudies' | 'constraints'>,
): FirstPoint[] {
  const points = [
    ...(defaults ? [defaultPoint(space, defaults, constraints)] : []),
    ...initialPoints.map((params, i) => ({
      params,
      method: 'start point',
      text: `point ${i + 1} of the ${initialPoints.length} that the study starts from`,
    })),
    ...earlierStudies.flatMap(study => bestPoint(space, study, constraints)),
  ]
  const keys = new Set<string>()
  return points.filter(({ params }) => {
    const key = configurationKey(space, params)
    if (!contains(space, params) || keys.has(key)) return false
    keys.add(key)
    return true
  })
}

/** The defaults of a training as a point of the space: the nearest one if they lie outside. */
function defaultPoint(
  space: Space,
  defaults: Params,
  constraints: readonly Constraint[] = [],
): FirstPoint {
  const params = nearestWithin(space, defaults, constraints)
  const moved = Object.keys(params).filter(
    name => defaults[name] !== undefined && defaults[name] !== params[name],
  )
  const outside =
    moved.length === 0
      ? ''
      : `, as near as the space allows: ${moved
          .map(name => `${name} ${params[name]} for ${defaults[name]}`)
          .join(', ')}`
  return {
    params,
    method: DEFAULTS_METHOD,
    text: `the settings the training has when nothing is searched${outside}`,
  }
}

/** The best configuration of an earlier study; none if it has none. */
function bestPoint(
  space: Space,
  { study, trials }: EarlierStudy,
  constraints: readonly Constraint[] | undefined,
): FirstPoint[] {
  if (trials.length === 0) return []
  const best = trials.reduce((a, b) => (b.loss < a.loss ? b : a))
  return [
    {
      params: nearestWithin(space, best.params, constraints),
      method: 'earlier study',
      text: `the best of the ${trials.length} configurations of ${study}`,
    },
  ]
}
