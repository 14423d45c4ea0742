import type { StudyDocument } from '../record/document.js'
import { directionSign } from '../record/objective.js'
import { configurationNumber } from '../record/repeats.js'
import type { Direction } from '../record/study.js'
import {
  rankingValue,
  type CompleteTrial,
  type PausedTrial,
  type TrialRecord,
} from '../record/trial.js'
import { comparison, meanScores, order, type Estimates, type Ranked } from './order.js'

/** A trial that has something to be ranked by; a paused one, its best epoch so far. */
export type RankedTrial = CompleteTrial | PausedTrial

/** The part of a study document that its ranking depends on. */
export type Rankable = Pick<StudyDocument, 'trials' | 'estimates'> & {
  readonly spec: Pick<StudyDocument['spec'], 'direction'>
}

/** Complete trials, the winner first: see `order`. */
export function ranking(document: Rankable): CompleteTrial[] {
  return ranked(
    document,
    document.trials.filter(trial => trial.state === 'complete'),
  )
}

/** The same while a study runs: paused trials among the complete ones. */
export function rankingSoFar(document: Rankable): RankedTrial[] {
  return ranked(
    document,
    document.trials.filter(trial => trial.state === 'complete' || trial.state === 'paused'),
  )
}

/** The trial that is exported; undefined before the first complete one. */
export function winner(document: Rankable): CompleteTrial | undefined {
  return ranking(document)[0]
}

/**
 * Whether a trial is the best of all so far by the scores alone, paused ones included. Asked after
 * every trial, so it takes one pass and no model: 0.2 ms with 10,000 trials.
 */
export function isBestSoFar(number: number, { trials, spec }: Rankable): boolean {
  return first(trials, spec.direction, 1, isRanked)[0]?.number === number
}

/**
 * Trainings whose checkpoints stay on disk: those of the first trials by the scores alone, from
 * which the model chooses the winner. Asked after every trial, as `isBestSoFar` is.
 */
export function trainingsToKeep({ trials, spec }: Rankable, count: number): ReadonlySet<number> {
  const leading = first(trials, spec.direction, count, trial => trial.state === 'complete')
  return new Set(leading.map(({ leader }) => leader))
}

function isRanked({ state }: TrialRecord): boolean {
  return state === 'complete' || state === 'paused'
}

/** The first trials of as many trainings, in order. */
function first(
  trials: readonly TrialRecord[],
  direction: Direction,
  count: number,
  counts: (trial: TrialRecord) => boolean,
): RankedTrial[] {
  const eligible = trials.filter(counts) as RankedTrial[]
  const compare = eligible.some(({ repeatOf }) => repeatOf !== undefined)
    ? comparison(meanScores(eligible.map(trial => rankEntry(trial, direction))))
    : null
  const sign = directionSign(direction)
  const isBefore = (a: RankedTrial, b: RankedTrial): boolean => {
    const difference = compare ? 0 : sign * (rankingValue(a) - rankingValue(b))
    if (difference !== 0) return difference < 0
    const order =
      compare ?? comparison(meanScores([rankEntry(a, direction), rankEntry(b, direction)]))
    return order(rankEntry(a, direction), rankEntry(b, direction)) < 0
  }
  const chosen: RankedTrial[] = []
  for (const trial of eligible) {
    if (chosen.length === count && !isBefore(trial, chosen.at(-1)!)) continue
    const same = chosen.findIndex(({ leader }) => leader === trial.leader)
    if (same >= 0 && !isBefore(trial, chosen[same]!)) continue
    if (same >= 0) chosen.splice(same, 1)
    const at = chosen.findIndex(other => isBefore(trial, other))
    chosen.splice(at < 0 ? chosen.length : at, 0, trial)
    chosen.length = Math.min(chosen.length, count)
  }
  return chosen
}

/**
 * What the model expects of the first trials, if no trial has completed since: smaller is better.
 */
export function currentEstimates({ trials, estimates, spec }: Rankable): Estimates | undefined {
  if (!estimates) return undefined
  const complete = trials.reduce((count, { state }) => count + Number(state === 'complete'), 0)
  if (estimates.complete !== complete) return undefined
  const sign = directionSign(spec.direction)
  return new Map(estimates.trials.map(({ trial, objective }) => [trial, sign * objective]))
}

/** A trial as `order` sees it. */
export function rankEntry(trial: RankedTrial, direction: Direction): Ranked {
  const epochs = trial.params['epochs']
  return {
    trial: trial.number,
    configuration: configurationNumber(trial),
    score: directionSign(direction) * rankingValue(trial),
    epochs: typeof epochs === 'number' ? epochs : trial.epochsRun,
  }
}

function ranked<T extends RankedTrial>(document: Rankable, trials: readonly T[]): T[] {
  const byNumber = new Map(trials.map(trial => [trial.number, trial]))
  return order(
    trials.map(trial => rankEntry(trial, document.spec.direction)),
    currentEstimates(document),
  ).map(({ trial }) => byNumber.get(trial)!)
}
