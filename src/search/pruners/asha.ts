import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import type { PromotingPruner, PruneRequest } from '../contract/pruner.js'
import {
  isOver,
  promotionReason,
  pruneReason,
  ranked,
  RUNG_OPTIONS,
  waitsAt,
  type Arrival,
} from './rungs.js'

/**
 * Asynchronous successive halving: a trial is promoted from a rung as soon as it is among the best
 * 1/η of those that reached it, so no slot waits for others. The highest rung comes first.
 *
 * Once no trial is left to begin and none runs, the best of the highest rung is promoted however
 * few reached it. So a study ends with a trial trained to its end.
 *
 * Source: Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm
 * 2.
 */
export const asha = defineStrategy({
  name: 'asha',
  summary: {
    en: 'asynchronous successive halving: promotes the best of each rung, waits for none',
    zh: '异步连续减半（ASHA）：每级的优胜者立即晋级，不等待其他试验',
  },
  options: RUNG_OPTIONS,
  create: ({ factor, minEpochs }): PromotingPruner => {
    const rungsFor = ({ maxEpochs }: PruneRequest) => ashaRungs(factor, minEpochs, maxEpochs)
    return {
      name: `asha(${factor}, ${minEpochs})`,
      firstPause: (_, request) => rungsFor(request)[0]!,
      promote: (trials, request) => {
        const rungs = rungsFor(request)
        for (let rung = rungs.length - 2; rung >= 0; rung--) {
          const arrivals = arrivalsAt(rungs, rung, trials)
          const promoted = promotedCount(arrivals.length, factor, trials, request)
          const next = arrivals.slice(0, promoted).find(({ trial }) => waitsAt(rungs, rung, trial))
          if (next)
            return {
              trial: next.trial.trial,
              epochs: rungs[rung + 1]!,
              reason: promotionReason(arrivals, next, promoted, rungs[rung]!, request),
            }
        }
        return null
      },
      prune: (trial, trials, request) => {
        const rungs = rungsFor(request)
        const rung = rungs.findIndex((_, rung) => waitsAt(rungs, rung, trial))
        const arrivals = arrivalsAt(rungs, rung, trials)
        const promoted = promotedCount(arrivals.length, factor, trials, request)
        return pruneReason(arrivals, trial, promoted, rungs[rung]!, request)
      },
    }
  },
})

/** The rungs: `minEpochs` times powers of η, and the last epoch. */
export function ashaRungs(factor: number, minEpochs: number, maxEpochs: number): readonly number[] {
  const rungs: number[] = []
  for (let epoch = minEpochs; epoch < maxEpochs; epoch *= factor) rungs.push(epoch)
  return [...rungs, maxEpochs]
}

/** The trials that reached a rung, best first. One that ended on its way there counts as well. */
function arrivalsAt(
  rungs: readonly number[],
  rung: number,
  trials: readonly Curve[],
): readonly Arrival[] {
  const arrived = trials.filter(
    trial =>
      trial.losses.length >= rungs[rung]! ||
      (isOver(trial) && (rung === 0 || trial.losses.length > rungs[rung - 1]!)),
  )
  return ranked(arrived, rungs[rung]!)
}

/** How many trials of a rung are promoted. */
function promotedCount(
  arrived: number,
  factor: number,
  trials: readonly Curve[],
  { trialCount }: PruneRequest,
): number {
  const promoted = Math.floor(arrived / factor)
  const last = trials.length >= trialCount && trials.every(({ state }) => state !== 'running')
  return last ? Math.max(1, promoted) : promoted
}
