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
  type RungOptions,
} from './rungs.js'

/**
 * One run of successive halving: how many trials it begins with, and the epochs after which they
 * are compared.
 */
export interface Bracket {
  readonly trials: number
  /** Ascending; the last one is the most epochs a trial can have. */
  readonly rungs: readonly number[]
}

/** A bracket that was begun. `trials` is how many it will have, `members` those begun so far. */
interface OpenBracket extends Bracket {
  readonly members: readonly Curve[]
}

/**
 * Hyperband: successive halving with many trials of few epochs, then with fewer and longer ones,
 * down to some that are not compared at all; after the last bracket the first one again. When all
 * trials of a rung have reached it, the best 1/η are promoted.
 *
 * The promotion depends on the curves alone, not on which trial reached the rung first. While a
 * bracket waits for its slowest trial the next one is begun, so no slot is idle.
 *
 * Source: Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization",
 * JMLR 2018, algorithm 1.
 */
export const hyperband = defineStrategy({
  name: 'hyperband',
  summary: {
    en: 'brackets of successive halving, from many short trials to few long ones',
    zh: 'Hyperband：多组连续减半，从大量短试验到少量长试验',
  },
  options: RUNG_OPTIONS,
  create: (options): PromotingPruner => {
    const { factor, minEpochs } = options
    return {
      name: `hyperband(${factor}, ${minEpochs})`,
      firstPause: (position, { maxEpochs }) =>
        bracketAt(hyperbandBrackets(factor, minEpochs, maxEpochs), position).bracket.rungs[0]!,
      promote: (trials, request) => {
        for (const bracket of openBrackets(trials, options, request)) {
          const { rungs } = bracket
          for (const { arrivals, promoted, rung } of halvings(bracket, factor)) {
            const next = arrivals
              .slice(0, promoted)
              .find(({ trial }) => waitsAt(rungs, rung, trial))
            if (next)
              return {
                trial: next.trial.trial,
                epochs: rungs[rung + 1]!,
                reason: promotionReason(arrivals, next, promoted, rungs[rung]!, request),
              }
          }
        }
        return null
      },
      prune: (trial, trials, request) => {
        const bracket = openBrackets(trials, options, request).find(({ members }) =>
          members.some(member => member.trial === trial.trial),
        )!
        const { arrivals, promoted, rung } = halvings(bracket, factor).find(({ rung }) =>
          waitsAt(bracket.rungs, rung, trial),
        )!
        return pruneReason(arrivals, trial, promoted, bracket.rungs[rung]!, request)
      },
    }
  },
})

/**
 * The brackets of one round, those of the fewest epochs first: s from s_max to 0, with ⌈(s_max + 1)
 * η^s / (s + 1)⌉ trials that begin with maxEpochs / η^s epochs.
 *
 * @param minEpochs no bracket begins with fewer epochs; 1 in the paper
 */
export function hyperbandBrackets(
  factor: number,
  minEpochs: number,
  maxEpochs: number,
): readonly Bracket[] {
  let largest = 0
  while (minEpochs * factor ** (largest + 1) <= maxEpochs) largest++
  return Array.from({ length: largest + 1 }, (_, i) => {
    const s = largest - i
    const rungs = Array.from({ length: s + 1 }, (_, rung) =>
      Math.round(maxEpochs / factor ** (s - rung)),
    )
    return { trials: Math.ceil(((largest + 1) * factor ** s) / (s + 1)), rungs }
  })
}

/** The bracket of the trial at a position, and the position at which that bracket begins. */
function bracketAt(
  brackets: readonly Bracket[],
  position: number,
): { readonly bracket: Bracket; readonly first: number } {
  const round = brackets.reduce((sum, { trials }) => sum + trials, 0)
  let first = position - (position % round)
  for (const bracket of brackets) {
    if (position < first + bracket.trials) return { bracket, first }
    first += bracket.trials
  }
  throw new Error(`no bracket has position ${position}`)
}

/** The brackets begun so far. The last one of a study is as large as its trials make it. */
function openBrackets(
  trials: readonly Curve[],
  { factor, minEpochs }: RungOptions,
  { maxEpochs, trialCount }: PruneRequest,
): OpenBracket[] {
  const brackets = hyperbandBrackets(factor, minEpochs, maxEpochs)
  const open: OpenBracket[] = []
  for (let first = 0; first < trials.length;) {
    const { bracket } = bracketAt(brackets, first)
    const end = Math.min(first + bracket.trials, Math.max(trialCount, trials.length))
    open.push({ rungs: bracket.rungs, trials: end - first, members: trials.slice(first, end) })
    first = end
  }
  return open
}

/** The rungs that all trials have reached, or ended before, with the arrivals of each. */
function halvings(
  { rungs, trials, members }: OpenBracket,
  factor: number,
): { readonly rung: number; readonly arrivals: readonly Arrival[]; readonly promoted: number }[] {
  const halvings = []
  let [awaited, chosen] = [trials, members]
  for (let rung = 0; rung < rungs.length - 1; rung++) {
    if (
      chosen.length < awaited ||
      !chosen.every(trial => isOver(trial) || trial.losses.length >= rungs[rung]!)
    )
      break
    const arrivals = ranked(chosen, rungs[rung]!)
    const promoted = Math.max(1, Math.floor(trials / factor ** (rung + 1)))
    halvings.push({ rung, arrivals, promoted })
    chosen = arrivals.slice(0, promoted).map(({ trial }) => trial)
    awaited = promoted
  }
  return halvings
}
