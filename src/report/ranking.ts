import { unreachable } from '../errors.js'
import { byConfiguration, configurationOf, meanOf } from '../record/repeats.js'
import { signOf } from '../record/objective.js'
import type { StudySpec } from '../record/study.js'
import type { CompleteTrial, PausedTrial, TrialRecord } from '../record/trial.js'

/** A trial that has something to be ranked by; a paused one, what it has come to so far. */
export type Ranked = CompleteTrial | PausedTrial

/**
 * Complete trials, best first: by objective, then the one that was asked for fewer epochs, then the
 * earlier one. Repeats of a configuration stand together, where their mean puts them: the luckiest
 * seed of a poor configuration is no winner.
 */
export function ranking(
  trials: readonly TrialRecord[],
  direction: StudySpec['direction'],
): CompleteTrial[] {
  return ranked(
    trials.filter(trial => trial.state === 'complete'),
    direction,
  )
}

/** The same while a study runs: paused trials among the complete ones. */
export function rankingSoFar(
  trials: readonly TrialRecord[],
  direction: StudySpec['direction'],
): Ranked[] {
  return ranked(
    trials.filter(trial => trial.state === 'complete' || trial.state === 'paused'),
    direction,
  )
}

function ranked<T extends Ranked>(trials: readonly T[], direction: StudySpec['direction']): T[] {
  const sign = signOf(direction)
  const means = new Map(
    [...byConfiguration(trials)].map(([first, repeats]) => [
      first,
      meanOf(repeats.map(({ objective }) => objective)),
    ]),
  )
  const mean = (trial: T): number => means.get(configurationOf(trial))!
  const within = (a: T, b: T): number =>
    configurationOf(a) === configurationOf(b) ? sign * (a.objective - b.objective) : 0
  return [...trials].sort(
    (a, b) =>
      sign * (mean(a) - mean(b)) ||
      within(a, b) ||
      epochsAsked(a) - epochsAsked(b) ||
      configurationOf(a) - configurationOf(b) ||
      a.number - b.number,
  )
}

/**
 * Rows of a leaderboard from top to bottom: ranked trials, those at work, those to come, pruned,
 * failed.
 */
export function inLeaderboardOrder<
  T extends {
    readonly state: TrialRecord['state']
    readonly rank: number | null
    readonly number: number
  },
>(trials: readonly T[]): T[] {
  return [...trials].sort(
    (a, b) => tier(a.state) - tier(b.state) || (a.rank ?? 0) - (b.rank ?? 0) || a.number - b.number,
  )
}

function epochsAsked({ params, epochsRun }: Ranked): number {
  const asked = params['epochs']
  return typeof asked === 'number' ? asked : epochsRun
}

function tier(state: TrialRecord['state']): number {
  switch (state) {
    case 'complete':
    case 'paused':
      return 0
    case 'running':
      return 1
    case 'waiting':
      return 2
    case 'pruned':
      return 3
    case 'failed':
      return 4
    default:
      return unreachable(state)
  }
}
