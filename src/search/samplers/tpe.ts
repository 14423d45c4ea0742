import { keyedUniform } from '../../math/random.js'
import { contains } from '../../space/parameter.js'
import { figure } from '../../util/figure.js'
import { betterPart } from './tpe/fronts.js'
import { draw, logDensity, parzen } from './tpe/parzen.js'
import { random } from './random.js'
import type { Sampler } from '../contract/sampler.js'

export interface TpeOptions {
  /** Random trials before the densities are asked. */
  readonly initial: number
  /** Draws from the density of good trials, of which the most promising is proposed. */
  readonly candidates: number
}

const PURPOSE = 0x7470

/**
 * Tree-structured Parzen estimator: the tenth of the trials with the lowest losses against the
 * rest, one density each; of draws from the good density the one where it exceeds the bad one most.
 * Running trials and failed ones are taken for bad. Of several objectives the best are those of the
 * first Pareto fronts.
 *
 * Source: Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011.
 */
export function tpe({ initial, candidates }: TpeOptions): Sampler {
  return (space, history, request) => {
    const observed = history.observed.filter(({ params }) => contains(space, params))
    if (observed.length < initial) return random(space, history, request)
    const count = Math.min(25, Math.ceil(0.1 * observed.length))
    const good = betterPart(
      observed.map(({ loss, losses }) => losses ?? [loss]),
      count,
    )
    const rest = [...history.pending, ...history.failed].filter(params => contains(space, params))
    const promising = parzen(
      space,
      observed.filter((_, i) => good[i]).map(({ params }) => params),
    )
    const poor = parzen(space, [
      ...observed.filter((_, i) => !good[i]).map(({ params }) => params),
      ...rest,
    ])
    const uniform = keyedUniform([request.seed, request.trialNumber, PURPOSE])
    const drawn = Array.from({ length: candidates }, () => draw(promising, uniform))
    const admitted = request.admits ? drawn.filter(request.admits) : drawn
    let best = { params: drawn[0]!, ratio: -Infinity }
    for (const params of admitted.length > 0 ? admitted : drawn) {
      const ratio = logDensity(promising, params) - logDensity(poor, params)
      if (ratio > best.ratio) best = { params, ratio }
    }
    const text = `${times(best.ratio)} as dense in good trials as in others: the ${count} best of ${observed.length} against the rest`
    return {
      kind: 'params',
      params: best.params,
      rationale: { method: 'Parzen estimator', text, expected: null },
    }
  }
}

function times(logRatio: number): string {
  return logRatio > Math.log(1e6)
    ? 'more than a million times'
    : `${figure(Math.exp(logRatio))} times`
}
