import { DEFAULTS_METHOD } from '../../record/trial.js'
import type { Constraint } from '../../space/constraint.js'
import { nearestWithin } from '../../space/nearest.js'
import { contains, type Params, type Space } from '../../space/parameter.js'
import { keyOf } from '../../space/configurations.js'
import type { Sampler, SampleRequest } from '../contract/sampler.js'

/** A point that is proposed before the sampler is asked. */
export interface FirstPoint {
  readonly params: Params
  readonly method: string
  readonly text: string
}

/**
 * Has a sampler begin with what is known: the defaults of the training as trial 0, so that every
 * later gain is a gain over them, then the points that the user starts from, then the best of each
 * earlier study. The sampler's own first trial comes after them.
 */
export function withFirstPoints(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const points = firstPoints(space, request)
    const point = points[request.trialNumber]
    if (point)
      return {
        kind: 'params',
        params: point.params,
        rationale: { method: point.method, text: point.text, expected: null },
      }
    return sampler(space, history, { ...request, trialNumber: request.trialNumber - points.length })
  }
}

/**
 * The defaults of a training as a point of the space: the nearest one, which is said, where they
 * lie outside.
 */
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
      : `, as near as the space allows: ${moved.map(name => `${name} ${params[name]} for ${defaults[name]}`).join(', ')}`
  return {
    params,
    method: DEFAULTS_METHOD,
    text: `the settings the training has when nothing is searched${outside}`,
  }
}

export function firstPoints(
  space: Space,
  {
    defaults,
    initialPoints = [],
    earlier = [],
    constraints,
  }: Pick<SampleRequest, 'defaults' | 'initialPoints' | 'earlier' | 'constraints'>,
): FirstPoint[] {
  const known = defaults ? [defaultPoint(space, defaults, constraints)] : []
  const given = initialPoints.map((params, i) => ({
    params,
    method: 'start point',
    text: `point ${i + 1} of the ${initialPoints.length} that the study starts from`,
  }))
  const taken = earlier.flatMap(({ study, observed }) => {
    if (observed.length === 0) return []
    const best = observed.reduce((a, b) => (b.loss < a.loss ? b : a))
    return [
      {
        params: nearestWithin(space, best.params, constraints),
        method: 'earlier study',
        text: `the best of the ${observed.length} configurations of ${study}`,
      },
    ]
  })
  const seen = new Set<string>()
  return [...known, ...given, ...taken].filter(({ params }) => {
    const key = keyOf(space, params)
    if (!contains(space, params) || seen.has(key)) return false
    seen.add(key)
    return true
  })
}
