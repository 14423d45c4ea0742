import { defineStrategy } from '../../settings/define-strategy.js'
import type { Space } from '../../space/parameter.js'
import { bayesian } from './bayesian.js'
import { createEncoding } from '../gaussian-process/encoding.js'
import type { Sampler } from '../contract/sampler.js'
import { scalarized } from '../wrappers/scalarized.js'
import { tpe } from './tpe.js'

/** The facts that the choice of a sampler depends on. */
export interface Situation {
  readonly space: Space
  /** Trials can be paused after any epoch and resumed from there. */
  readonly pausable: boolean
}

export interface SamplerChoice {
  readonly sampler: 'bayesian' | 'epoch-aware' | 'tpe'
  /** In words, after "because". */
  readonly reason: string
}

/**
 * From this many parameters on, the first epochs of many trials show more than the last ones of
 * few.
 */
const MANY_PARAMETERS = 4
/** Encoded columns beyond which a study has too few trials to learn the length scales. */
const MAX_COLUMNS = 60

/**
 * The sampler that serves a study best, and the reason.
 *
 * With seven parameters searched the joint model of configuration and epoch passes the median
 * random search after some 250 epochs (docs/benchmarks/search.md); with two a plain Gaussian
 * process does as well and is far cheaper.
 */
export function chooseSampler({ space, pausable }: Situation): SamplerChoice {
  const { columns, lengths } = createEncoding(space)
  const searched = `${lengths} ${lengths === 1 ? 'parameter is' : 'parameters are'} searched`
  if (columns > MAX_COLUMNS)
    return {
      sampler: 'tpe',
      reason:
        `${searched}, with categories ${columns} columns: ` +
        'too many for a Gaussian process to learn',
    }
  if (pausable && lengths >= MANY_PARAMETERS)
    return {
      sampler: 'epoch-aware',
      reason: `${searched} and trials can be paused: early epochs of many trials tell the most`,
    }
  return {
    sampler: 'bayesian',
    reason: `${searched}: few enough for a Gaussian process, which needs the fewest trials`,
  }
}

/**
 * Searches by the sampler that suits the space; the first trial says which one, and why.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: auto(),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const auto = defineStrategy({
  name: 'auto',
  summary: {
    en: 'the sampler that suits the study: bayesian, epoch-aware or tpe',
    zh: '自动选择适合该研究的采样器：bayesian、epoch-aware 或 tpe',
  },
  options: [],
  create: (): Sampler => {
    const samplers = { tpe: scalarized(tpe()), bayesian: bayesian() }
    return {
      name: 'auto',
      suggest(space, trials, request) {
        const { sampler, reason } = chooseSampler({ space, pausable: false })
        const suggestion = samplers[sampler === 'tpe' ? 'tpe' : 'bayesian'].suggest(
          space,
          trials,
          request,
        )
        if (suggestion.kind === 'exhausted' || request.trialNumber > 0) return suggestion
        const { rationale } = suggestion
        const text = `${rationale.text}; searched by ${sampler}, because ${reason}`
        return { ...suggestion, rationale: { ...rationale, text } }
      },
    }
  },
})
