import { leadingTrials, type Stage, type TrialRecord } from '../../record/trial.js'

/** A decision in the record: to begin a trial, or to resume it. */
export interface RecordedDecision {
  readonly trial: TrialRecord
  readonly stage: Stage | null
  readonly begins: boolean
}

/**
 * In the order in which they were made; trials that share the training of
 * another were begun with that one.
 */
export function recordedDecisions(trials: readonly TrialRecord[]): readonly RecordedDecision[] {
  const leaders = leadingTrials(trials)
  const decisions = leaders.flatMap((trial): RecordedDecision[] => {
    const { stages } = trial
    return stages
      ? stages.map((stage, i) => ({ trial, stage, begins: i === 0 }))
      : [{ trial, stage: null, begins: true }]
  })
  return decisions.sort((a, b) =>
    a.stage && b.stage ? a.stage.step - b.stage.step : a.trial.number - b.trial.number,
  )
}
