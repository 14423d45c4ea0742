import type { Direction } from '../record/study.js'
import type { CompleteTrial, TrialRecord } from '../record/trial.js'
import { ranking } from '../report/index.js'

/** The best complete trial so far. @param direction of the study's objective */
export function incumbentOf(trials: readonly TrialRecord[], direction: Direction): CompleteTrial | undefined {
  return ranking(trials, direction)[0]
}
