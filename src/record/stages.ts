import { isFinished, type Stage, type TrialRecord } from './trial.js'

/** What a decision knew of one trial. */
export interface TrialProgress {
  readonly number: number
  /** `ended`: it had come to its end, whatever that was. */
  readonly state: 'running' | 'paused' | 'ended'
  /**
   * How many epochs of its curve had been told. Those of a stage under way are withheld: they would
   * depend on the clock.
   */
  readonly epochs: number
  /** For a running trial, the epoch it was on its way to. */
  readonly target?: number
}

/** How many stages a study has given out: the step of its next decision. */
export function stagesGiven(trials: readonly TrialRecord[]): number {
  return trials.reduce((sum, { stages = [] }) => sum + stages.length, 0)
}

/**
 * The stage that a trial is in; undefined while it is paused, once it has ended, and for a trial
 * without stages.
 */
export function openStage({ stages }: TrialRecord): Stage | undefined {
  const last = stages?.at(-1)
  return last && !last.end ? last : undefined
}

/**
 * What a decision knew: of a past one its step says, of the next one it is all there is. Trials of
 * which it did not know are left out.
 *
 * @param trials all trials of the study, as they are now
 * @param step of the decision
 */
export function stageStatesAt(
  trials: readonly TrialRecord[],
  step = stagesGiven(trials),
): readonly TrialProgress[] {
  return trials.flatMap((trial): TrialProgress[] => {
    const begun = (trial.stages ?? []).filter(stage => stage.step < step)
    const last = begun.at(-1)
    if (!last) return []
    const ends = begun.flatMap(({ end }) => (end && end.step <= step ? [end] : []))
    const epochs = ends.at(-1)?.epochs ?? 0
    const { number } = trial
    if (ends.length < begun.length)
      return [{ number, state: 'running', epochs, target: last.until }]
    const over =
      isFinished(trial) &&
      begun.length === trial.stages!.length &&
      (last.end!.finishedStep ?? 0) <= step
    return [{ number, state: over ? 'ended' : 'paused', epochs }]
  })
}

/**
 * Ends the stage that a trial is in; for one that is paused, says that it will have no further one.
 */
export function endStage(stages: readonly Stage[], epochs: number, step: number): readonly Stage[] {
  return stages.map((stage, i) => {
    if (i < stages.length - 1) return stage
    return { ...stage, end: stage.end ? { ...stage.end, finishedStep: step } : { epochs, step } }
  })
}
