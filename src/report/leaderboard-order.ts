import { unreachable } from '../errors.js'
import type { TrialRecord } from '../record/trial.js'

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
