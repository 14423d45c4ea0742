import { isFinished, type FinishedTrial, type TrialRecord } from '../../record/trial.js'
import type { StudyStore } from '../../storage/store.js'

/** The trials that read their epochs off another's training. */
export function runMembers(trials: readonly TrialRecord[], leader: number): readonly TrialRecord[] {
  return trials.filter(trial => trial.leader === leader && trial.number !== leader)
}

/** @throws Error for a trial that has ended */
export function unfinished(store: StudyStore, number: number): Exclude<TrialRecord, FinishedTrial> {
  const trial = store.document.trials[number]!
  if (isFinished(trial)) throw new Error(`trial ${number} is finished and never changes`)
  return trial
}

export async function replaceTrials(
  store: StudyStore,
  changed: readonly TrialRecord[],
): Promise<void> {
  const byNumber = new Map(changed.map(trial => [trial.number, trial]))
  await store.update(document => ({
    ...document,
    trials: document.trials.map(trial => byNumber.get(trial.number) ?? trial),
  }))
}
