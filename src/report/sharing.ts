import type { TrialView } from './trial.js'
import type { Saved } from './view.js'

/** Sums what trials that share another's run would have cost alone. */
export function savedBySharing(trials: readonly TrialView[]): Saved {
  const shared = trials.filter(
    ({ number, leader, state }) =>
      leader !== number && (state === 'complete' || state === 'pruned'),
  )
  return {
    trials: shared.length,
    epochs: shared.reduce((sum, { epochsRun }) => sum + epochsRun, 0),
    seconds: shared.reduce((sum, { seconds }) => sum + seconds, 0),
  }
}
