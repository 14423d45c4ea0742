import { canonical } from '../../space/parameter.js'
import { unconditioned } from './conditional.js'
import { firstPoints } from './first-points.js'
import { noneMet, noveltyOf, substituteFor } from './unrepeated.js'
import type { Allocator } from '../contract/allocator.js'

/**
 * An allocator as a study asks it: it begins with the points that are known, each run to its end,
 * keeps conditions and constraints, and starts no configuration twice. Where nothing new is left,
 * paused trials may still go on.
 */
export function guarded(allocator: Allocator): Allocator {
  return (space, trials, request) => {
    const { seed, step, maxEpochs, constraints = [] } = request
    const points = firstPoints(space, request)
    const point = points[trials.length]
    if (point)
      return {
        kind: 'start',
        params: point.params,
        epochs: maxEpochs,
        rationale: { method: point.method, text: point.text, expected: null },
      }
    const novel = noveltyOf(
      space,
      trials.map(({ params }) => params),
      constraints,
    )
    const { whole, filled } = unconditioned(space)
    const seen = trials.map(trial => ({ ...trial, params: filled(trial.params) }))
    const allocation = allocator(whole, seen, {
      ...request,
      known: points.length,
      admits: params => novel.admits(canonical(space, params)),
    })
    if (allocation.kind !== 'start') return allocation
    const params = canonical(space, allocation.params)
    if (novel.admits(params)) return { ...allocation, params }
    const other = novel.exhausted ? undefined : novel.another([seed, step])
    if (!other) return { kind: 'exhausted', reason: novel.exhausted ?? noneMet(constraints) }
    return {
      ...allocation,
      params: other,
      rationale: substituteFor(allocation.rationale, novel.fault(params)),
    }
  }
}
