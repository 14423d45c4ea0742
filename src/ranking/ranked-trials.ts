import type { StudyDocument } from '../record/document.js'
import { signOf } from '../record/objective.js'
import { configurationOf } from '../record/repeats.js'
import type { Direction } from '../record/study.js'
import { scoreOf, type CompleteTrial, type PausedTrial, type TrialRecord } from '../record/trial.js'
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
 * every trial, so it takes one pass and no model.
 */
export function isBestSoFar(number: number, { trials, spec }: Rankable): boolean {
  const entries = entriesOf(trials, spec.direction, true)
  return first(entries, 1)[0]?.trial === number
}

/**
 * Trainings whose checkpoints stay on disk: those of the first trials by the scores alone, from
 * which the model chooses the winner. Asked after every trial, as `isBestSoFar` is.
 */
export function leadingTrainings({ trials, spec }: Rankable, count: number): ReadonlySet<number> {
  const best = new Map<number, Entry>()
  for (const entry of entriesOf(trials, spec.direction, false)) {
    const other = best.get(entry.leader)
    if (!other || comparison(meanScores([entry, other]))(entry, other) < 0)
      best.set(entry.leader, entry)
  }
  return new Set(first([...best.values()], count).map(({ leader }) => leader))
}

interface Entry extends Ranked {
  readonly leader: number
}

function entriesOf(
  trials: readonly TrialRecord[],
  direction: Direction,
  withPaused: boolean,
): Entry[] {
  const entries: Entry[] = []
  for (const trial of trials)
    if (trial.state === 'complete' || (withPaused && trial.state === 'paused'))
      entries.push({ ...rankedOf(trial, direction), leader: trial.leader })
  return entries
}

/** The first entries in order, in one pass. */
function first<T extends Ranked>(entries: readonly T[], count: number): T[] {
  const compare = comparison(meanScores(entries))
  const chosen: T[] = []
  for (const entry of entries) {
    if (chosen.length === count && compare(chosen.at(-1)!, entry) <= 0) continue
    const at = chosen.findIndex(other => compare(entry, other) < 0)
    chosen.splice(at < 0 ? chosen.length : at, 0, entry)
    chosen.length = Math.min(chosen.length, count)
  }
  return chosen
}

/** What the model expects of the leaders, if no trial has completed since: smaller is better. */
export function estimatesOf({ trials, estimates, spec }: Rankable): Estimates | undefined {
  if (!estimates) return undefined
  const complete = trials.reduce((count, { state }) => count + Number(state === 'complete'), 0)
  if (estimates.complete !== complete) return undefined
  const sign = signOf(spec.direction)
  return new Map(estimates.leaders.map(({ trial, objective }) => [trial, sign * objective]))
}

/** A trial as `order` sees it. */
export function rankedOf(trial: RankedTrial, direction: Direction): Ranked {
  const epochs = trial.params['epochs']
  return {
    trial: trial.number,
    configuration: configurationOf(trial),
    score: signOf(direction) * scoreOf(trial),
    epochs: typeof epochs === 'number' ? epochs : trial.epochsRun,
  }
}

function ranked<T extends RankedTrial>(document: Rankable, trials: readonly T[]): T[] {
  const byNumber = new Map(trials.map(trial => [trial.number, trial]))
  return order(
    trials.map(trial => rankedOf(trial, document.spec.direction)),
    estimatesOf(document),
  ).map(({ trial }) => byNumber.get(trial)!)
}
