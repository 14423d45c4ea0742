import type { CompleteTrial, TrialRecord } from '../record/trial.js'
import { ranking } from '../report/index.js'

/** The best complete trial so far. Objectives of a study are losses: lower is better. */
export function incumbentOf(trials: readonly TrialRecord[]): CompleteTrial | undefined {
  return ranking(trials, 'minimize')[0]
}
