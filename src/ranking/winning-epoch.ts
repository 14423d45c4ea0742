import type { Params } from '../space/parameter.js'
import { bestEpoch } from './best-epoch.js'
import { leaderEstimates, type Contender, type SearchFacts } from './leader-estimates.js'
import { order } from './order.js'

/** A trial of a search that keeps no record: a benchmark, an objective in memory. */
export interface TrialCurve {
  readonly params: Params
  /** The loss after each epoch, smaller is better; shape [epochs], at least one. */
  readonly losses: readonly number[]
  /** The trial has not come to its last epoch. */
  readonly partial?: boolean
}

/**
 * The trial that a study of these curves would export, and its epoch: the same rule as `bestEpoch`,
 * `leaderEstimates` and `order`, from curves instead of records.
 *
 * @returns index of the trial and its epoch, from 1; undefined if no trial has a finite loss
 */
export function winningEpoch(
  trials: readonly TrialCurve[],
  facts: SearchFacts,
): { readonly trial: number; readonly epoch: number } | undefined {
  const contenders = trials.flatMap(({ params, losses, partial = false }, trial): Contender[] => {
    const history = losses.map((valLoss, i) => ({ epoch: i + 1, valLoss }))
    const best = bestEpoch(history, { scoreEpoch: facts.scoreEpoch })
    if (!best) return []
    return [
      {
        trial,
        configuration: trial,
        score: best.smoothed ?? best.measured,
        epochs: losses.length,
        params,
        losses: losses.every(Number.isFinite) ? losses : [],
        bestEpoch: best.metrics.epoch,
        partial,
      },
    ]
  })
  const [first] = order(contenders, leaderEstimates(contenders, facts))
  return first && { trial: first.trial, epoch: first.bestEpoch }
}
