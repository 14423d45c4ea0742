import type { Space } from '../../space/parameter.js'
import { bayesian } from './bayesian.js'
import { encodingOf } from '../gaussian-process/encoding.js'
import type { Sampler } from '../contract/sampler.js'
import { tpe } from './tpe.js'

/** What the choice of a sampler depends on. */
export interface Situation {
  readonly space: Space
  /** Trials may be paused after any epoch and continued from there. */
  readonly pausable: boolean
}

export interface Chosen {
  readonly sampler: 'bayesian' | 'epoch-aware' | 'tpe'
  /** In words, after "because". */
  readonly reason: string
}

/**
 * From so many parameters on the first epochs of many trials tell more than the last ones of few.
 */
const MANY_PARAMETERS = 4
/**
 * Columns of an encoded configuration beyond which lengths can't be learned from the trials that a
 * study has.
 */
const MOST_COLUMNS = 60

/**
 * The sampler that a study is best served by, and why.
 *
 * With seven parameters searched the joint model of configuration and epoch passes the median
 * random search after some 250 epochs (docs/benchmarks/search.md); with two a plain Gaussian
 * process does as well and is far cheaper.
 */
export function chooseSampler({ space, pausable }: Situation): Chosen {
  const { columns, lengths } = encodingOf(space)
  const searched = `${lengths} ${lengths === 1 ? 'parameter is' : 'parameters are'} searched`
  if (columns > MOST_COLUMNS)
    return {
      sampler: 'tpe',
      reason: `${searched}, with categories ${columns} columns: too many for a Gaussian process to learn`,
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

/** Searches by what suits the space; the first trial says what was chosen and why. */
export const auto: Sampler = (space, history, request) => {
  const { sampler, reason } = chooseSampler({ space, pausable: false })
  const chosen = sampler === 'tpe' ? tpe({ initial: 10, candidates: 24 }) : bayesian({ initial: 4 })
  const suggestion = chosen(space, history, request)
  if (suggestion.kind === 'exhausted' || request.trialNumber > 0) return suggestion
  return {
    ...suggestion,
    rationale: {
      ...suggestion.rationale,
      text: `${suggestion.rationale.text}; searched by ${sampler}, because ${reason}`,
    },
  }
}
