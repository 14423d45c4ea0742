import { isFinished, type TrialRecord } from '../record/trial.js'

/** What the time left is reckoned from. */
export interface Pace {
  readonly trials: readonly TrialRecord[]
  readonly planned: number
  readonly slots: number
  /** Share done of each training under way, in [0, 1]. */
  readonly underway: readonly number[]
}

/**
 * Seconds until the last trial ends: trainings left × the mean length of those that have ended, over the slots.
 *
 * @returns null before the first training has ended
 */
export function secondsLeft({ trials, planned, slots, underway }: Pace): number | null {
  const leaders = trials.filter(trial => trial.training === trial.number)
  const ended = leaders.filter(isFinished)
  if (ended.length === 0) return null
  const perTraining = trials.length / leaders.length
  const mean = ended.reduce((sum, { seconds }) => sum + seconds, 0) / ended.length
  const left = Math.ceil(planned / perTraining) - ended.length - underway.reduce((sum, share) => sum + share, 0)
  return Math.max(0, (left * mean) / slots)
}
