import type { Curve } from '../record/curve.js'
import { bestEpoch } from './best-epoch.js'
import { topTrialEstimates, type Contender, type SearchFacts } from './top-trial-estimates.js'
import { order } from './order.js'

/**
 * The trial that a study of these curves would export, and its epoch: the same rule as `bestEpoch`,
 * `topTrialEstimates` and `order`, from curves instead of records: for a benchmark or an objective
 * in memory.
 *
 * @returns number of the trial and its epoch, from 1; undefined if no trial has a finite loss
 */
export function winningEpoch(
  trials: readonly Curve[],
  facts: SearchFacts,
): { readonly trial: number; readonly epoch: number } | undefined {
  const contenders = trials.flatMap(({ trial, params, losses }): Contender[] => {
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
      },
    ]
  })
  const [first] = order(contenders, topTrialEstimates(contenders, facts))
  return first && { trial: first.trial, epoch: first.bestEpoch }
}
