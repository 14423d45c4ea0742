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
 * One run of successive halving: how many trials it begins with, and the epochs after which they
 * are compared.
 */
export interface Bracket {
  readonly trials: number
  /** Ascending; the last one is the most epochs a trial can have. */
  readonly rungs: readonly number[]
}

/** A bracket at work. `trials` is how many it will have, `members` those begun so far. */
interface Course extends Bracket {
  readonly members: readonly PrunedCurve[]
}

/**
 * Hyperband: successive halving with many trials of few epochs, then with fewer and longer ones,
 * down to some that are not compared at all; after the last bracket the first one again. From a
 * rung the best 1/η go on when all that were to come there have.
 *
 * Who goes on depends on the curves alone, not on which of them was there first. While a bracket
 * waits for its slowest trial the next one is begun, so no slot is idle.
 *
 * Source: Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization",
 * JMLR 2018, algorithm 1.
 */
export function hyperband({ factor, least }: RungOptions = RUNG_DEFAULTS): PromotingPruner {
  return {
    kind: 'promoting',
    name: `hyperband(${factor}, ${least})`,
    firstPause: (place, { maxEpochs }) =>
      bracketAt(hyperbandBrackets(factor, least, maxEpochs), place).bracket.rungs[0]!,
    promote: (trials, facts) => {
      for (const course of coursesOf(trials, factor, least, facts)) {
        for (const { arrivals, kept, rung } of halvings(course, factor)) {
          const next = arrivals
            .slice(0, kept)
            .find(({ trial }) => waitsAt(course.rungs, rung, trial))
          if (next)
            return {
              trial: next.trial.number,
              epochs: course.rungs[rung + 1]!,
              reason: promotionReason(arrivals, next, kept, course.rungs[rung]!, facts),
            }
        }
      }
      return null
    },
    giveUp: (trial, trials, facts) => {
      const course = coursesOf(trials, factor, least, facts).find(({ members }) =>
        members.some(({ number }) => number === trial.number),
      )!
      const { arrivals, kept, rung } = halvings(course, factor).find(({ rung }) =>
        waitsAt(course.rungs, rung, trial),
      )!
      return leftBehind(arrivals, trial, kept, course.rungs[rung]!, facts)
    },
  }
}

/**
 * The brackets of one round, those of the fewest epochs first: s from s_max to 0, with ⌈(s_max + 1)
 * η^s / (s + 1)⌉ trials that begin with maxEpochs / η^s epochs.
 *
 * @param least no bracket begins with fewer epochs; 1 in the paper
 */
export function hyperbandBrackets(
  factor: number,
  least: number,
  maxEpochs: number,
): readonly Bracket[] {
  let most = 0
  while (least * factor ** (most + 1) <= maxEpochs) most++
  return Array.from({ length: most + 1 }, (_, i) => {
    const s = most - i
    const rungs = Array.from({ length: s + 1 }, (_, rung) =>
      Math.round(maxEpochs / factor ** (s - rung)),
    )
    return { trials: Math.ceil(((most + 1) * factor ** s) / (s + 1)), rungs }
  })
}

/** The bracket that a trial falls into by its place, and the place where that bracket begins. */
function bracketAt(
  brackets: readonly Bracket[],
  place: number,
): { readonly bracket: Bracket; readonly from: number } {
  const round = brackets.reduce((sum, { trials }) => sum + trials, 0)
  let from = place - (place % round)
  for (const bracket of brackets) {
    if (place < from + bracket.trials) return { bracket, from }
    from += bracket.trials
  }
  throw new Error(`no bracket has place ${place}`)
}

/** The brackets begun so far. The last one of a study is as large as its trials make it. */
function coursesOf(
  trials: readonly PrunedCurve[],
  factor: number,
  least: number,
  facts: PrunerFacts,
): Course[] {
  const brackets = hyperbandBrackets(factor, least, facts.maxEpochs)
  const courses: Course[] = []
  for (let from = 0; from < trials.length;) {
    const { bracket } = bracketAt(brackets, from)
    const to = Math.min(from + bracket.trials, Math.max(facts.trials, trials.length))
    courses.push({ rungs: bracket.rungs, trials: to - from, members: trials.slice(from, to) })
    from = to
  }
  return courses
}

/** The rungs that all have come to, or ended before, with who came and how many go on. */
function halvings(
  { rungs, trials, members }: Course,
  factor: number,
): { readonly rung: number; readonly arrivals: readonly Arrival[]; readonly kept: number }[] {
  const found = []
  let [awaited, chosen] = [trials, members]
  for (let rung = 0; rung < rungs.length - 1; rung++) {
    if (
      chosen.length < awaited ||
      !chosen.every(trial => isOver(trial) || trial.curve.length >= rungs[rung]!)
    )
      break
    const arrivals = ranked(chosen, rungs[rung]!)
    const kept = Math.max(1, Math.floor(trials / factor ** (rung + 1)))
    found.push({ rung, arrivals, kept })
    chosen = arrivals.slice(0, kept).map(({ trial }) => trial)
    awaited = kept
  }
  return found
}
