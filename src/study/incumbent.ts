import type { CompleteTrial, TrialRecord } from '../record/trial.js'

/** Better first: lower objective, then fewer epochs, then the earlier trial. */
export function betterFirst(a: CompleteTrial, b: CompleteTrial): number {
  return a.objective - b.objective || Number(a.params['epochs'] ?? 0) - Number(b.params['epochs'] ?? 0) || a.number - b.number
}

/** The best complete trial so far. */
export function incumbentOf(trials: readonly TrialRecord[]): CompleteTrial | undefined {
  return trials.filter(trial => trial.state === 'complete').sort(betterFirst)[0]
}
