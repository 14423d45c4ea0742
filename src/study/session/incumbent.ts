import type { Direction } from '../../record/study.js'
import type { CompleteTrial, TrialRecord } from '../../record/trial.js'
import { ranking, rankingSoFar } from '../../report/index.js'

/** The best complete trial so far. @param direction of the study's objective */
export function incumbentOf(
  trials: readonly TrialRecord[],
  direction: Direction,
): CompleteTrial | undefined {
  return ranking(trials, direction)[0]
}

/** Whether a trial is the best of all so far, paused ones included. */
export function isIncumbent(
  number: number,
  trials: readonly TrialRecord[],
  direction: Direction,
): boolean {
  return rankingSoFar(trials, direction)[0]?.number === number
}
