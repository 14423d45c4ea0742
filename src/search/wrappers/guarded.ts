import { canonical } from '../../space/parameter.js'
import type { Allocation, Allocator } from '../contract/allocator.js'
import { unconditioned } from './conditional.js'
import { firstPoints, rationale } from './first-points.js'
import { noNewDraw, noveltyIn, substituteRationale } from './unrepeated.js'

/**
 * An allocator as a study uses it: it begins with the first points, each run to its end; it keeps
 * conditions and constraints; it starts no configuration twice. If nothing new is left, it can
 * still resume paused trials.
 */
export function guarded(allocator: Allocator): Allocator {
  return {
    name: allocator.name,
    allocate(space, trials, request) {
      const { seed, step, maxEpochs, constraints = [] } = request
      const points = firstPoints(space, request)
      const point = points[trials.length]
      if (point) return startTrial(point.params, maxEpochs, rationale(point))
      const novelty = noveltyIn(
        space,
        trials.map(({ params }) => params),
        constraints,
      )
      const { unconditionalSpace, complete } = unconditioned(space)
      const allocation = allocator.allocate(
        unconditionalSpace,
        trials.map(trial => ({ ...trial, params: complete(trial.params) })),
        {
          ...request,
          firstPointCount: points.length,
          admits: params => novelty.admits(canonical(space, params)),
        },
      )
      if (allocation.kind !== 'start') return allocation
      const params = canonical(space, allocation.params)
      if (novelty.admits(params)) return { ...allocation, params }
      const drawn = novelty.exhausted ? undefined : novelty.draw([seed, step])
      if (!drawn) return { kind: 'exhausted', reason: novelty.exhausted ?? noNewDraw(constraints) }
      const fault = novelty.fault(params)
      return startTrial(drawn, allocation.epochs, substituteRationale(allocation.rationale, fault))
    },
  }
}

type Start = Extract<Allocation, { kind: 'start' }>

function startTrial(params: Start['params'], epochs: number, rationale: Start['rationale']): Start {
  return { kind: 'start', params, epochs, rationale }
}
