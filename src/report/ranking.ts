import { unreachable } from '../errors.js'
import { byConfiguration, configurationOf, meanOf } from '../record/repeats.js'
import type { StudySpec } from '../record/study.js'
import type { CompleteTrial, TrialRecord } from '../record/trial.js'

/**
 * Complete trials, best first: by objective, then the one that was asked for fewer epochs, then the earlier one. Repeats of a configuration stand
 * together, where their mean puts them: the luckiest seed of a poor configuration is no winner.
 */
export function ranking(trials: readonly TrialRecord[], direction: StudySpec['direction']): CompleteTrial[] {
  const sign = direction === 'minimize' ? 1 : -1
  const complete = trials.filter(trial => trial.state === 'complete')
  const means = new Map([...byConfiguration(complete)].map(([first, repeats]) => [first, meanOf(repeats.map(({ objective }) => objective))]))
  const mean = (trial: CompleteTrial): number => means.get(configurationOf(trial))!
  const within = (a: CompleteTrial, b: CompleteTrial): number => (configurationOf(a) === configurationOf(b) ? sign * (a.objective - b.objective) : 0)
  return complete.sort((a, b) => sign * (mean(a) - mean(b)) || within(a, b) || epochsAsked(a) - epochsAsked(b) || configurationOf(a) - configurationOf(b) || a.number - b.number)
}

/** Rows of a leaderboard from top to bottom: ranked trials, those at work, paused, those to come, pruned, failed. */
export function inLeaderboardOrder<T extends { readonly state: TrialRecord['state']; readonly rank: number | null; readonly number: number }>(
  trials: readonly T[],
): T[] {
  return [...trials].sort((a, b) => tier(a.state) - tier(b.state) || (a.rank ?? 0) - (b.rank ?? 0) || a.number - b.number)
}

function epochsAsked({ params, epochsRun }: CompleteTrial): number {
  const asked = params['epochs']
  return typeof asked === 'number' ? asked : epochsRun
}

function tier(state: TrialRecord['state']): number {
  switch (state) {
    case 'complete':
      return 0
    case 'running':
      return 1
    case 'paused':
      return 2
    case 'waiting':
      return 3
    case 'pruned':
      return 4
    case 'failed':
      return 5
    default:
      return unreachable(state)
  }
}
