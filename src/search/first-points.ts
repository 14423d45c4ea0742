import { contains, type Params, type Space } from '../space/parameter.js'
import { keyOf } from './configurations.js'
import type { Sampler, SampleRequest } from './sampler.js'

/**
 * Has a sampler begin with what is known: the defaults of the training as trial 0, so that every later gain is a gain over them, then the points that
 * the user starts from. The sampler's own first trial comes after them.
 */
export function withFirstPoints(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const points = firstPoints(space, request)
    const point = points[request.trialNumber]
    if (point) return { kind: 'params', params: point.params, why: { method: point.method, text: point.text, expected: null } }
    return sampler(space, history, { ...request, trialNumber: request.trialNumber - points.length })
  }
}

function firstPoints(space: Space, { defaults, start = [] }: SampleRequest): { params: Params; method: string; text: string }[] {
  const known = defaults ? [{ params: defaults, method: 'defaults', text: 'the settings the training has when nothing is searched' }] : []
  const given = start.map((params, i) => ({ params, method: 'start point', text: `point ${i + 1} of the ${start.length} that the study starts from` }))
  const seen = new Set<string>()
  return [...known, ...given].filter(({ params }) => {
    const key = keyOf(space, params)
    if (!contains(space, params) || seen.has(key)) return false
    seen.add(key)
    return true
  })
}
