import type { PrunedCurve, PrunerFacts, PromotingPruner } from '../contract/pruner.js'
import {
  isOver,
  leftBehind,
  promotionReason,
  ranked,
  RUNG_DEFAULTS,
  waitsAt,
  type Arrival,
  type RungOptions,
} from './rungs.js'

/**
 * Asynchronous successive halving: a trial goes on from a rung as soon as it is among the best 1/η
 * of those that have come there, and no slot ever waits for others. The highest rung is looked at
 * first.
 *
 * Once nothing is left to begin and none runs, the best of the highest rung goes on however few
 * came there, so that a study ends with a trial trained to its end.
 *
 * Source: Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm
 * 2.
 */
export function asha({ factor, least }: RungOptions = RUNG_DEFAULTS): PromotingPruner {
  const rungsOf = ({ maxEpochs }: PrunerFacts) => ashaRungs(factor, least, maxEpochs)
  return {
    kind: 'promoting',
    name: `asha(${factor}, ${least})`,
    firstPause: (_, facts) => rungsOf(facts)[0]!,
    promote: (trials, facts) => {
      const rungs = rungsOf(facts)
      for (let rung = rungs.length - 2; rung >= 0; rung--) {
        const arrivals = arrivalsAt(rungs, rung, trials)
        const kept = keptOf(arrivals.length, factor, trials, facts)
        const next = arrivals.slice(0, kept).find(({ trial }) => waitsAt(rungs, rung, trial))
        if (next)
          return {
            trial: next.trial.number,
            epochs: rungs[rung + 1]!,
            reason: promotionReason(arrivals, next, kept, rungs[rung]!, facts),
          }
      }
      return null
    },
    giveUp: (trial, trials, facts) => {
      const rungs = rungsOf(facts)
      const rung = rungs.findIndex((_, rung) => waitsAt(rungs, rung, trial))
      const arrivals = arrivalsAt(rungs, rung, trials)
      return leftBehind(
        arrivals,
        trial,
        keptOf(arrivals.length, factor, trials, facts),
        rungs[rung]!,
        facts,
      )
    },
  }
}

/** The rungs: `least` times powers of η, and the last epoch. */
export function ashaRungs(factor: number, least: number, maxEpochs: number): readonly number[] {
  const rungs: number[] = []
  for (let epoch = least; epoch < maxEpochs; epoch *= factor) rungs.push(epoch)
  return [...rungs, maxEpochs]
}

/**
 * Those that have come to a rung, best first. One that ended or failed on its way there counts as
 * come.
 */
function arrivalsAt(
  rungs: readonly number[],
  rung: number,
  trials: readonly PrunedCurve[],
): readonly Arrival[] {
  const arrived = trials.filter(
    trial =>
      trial.curve.length >= rungs[rung]! ||
      (isOver(trial) && (rung === 0 || trial.curve.length > rungs[rung - 1]!)),
  )
  return ranked(arrived, rungs[rung]!)
}

/** How many of a rung go on. */
function keptOf(
  arrived: number,
  factor: number,
  trials: readonly PrunedCurve[],
  facts: PrunerFacts,
): number {
  const kept = Math.floor(arrived / factor)
  const last = trials.length >= facts.trials && trials.every(({ state }) => state !== 'running')
  return last ? Math.max(1, kept) : kept
}
