import type { Language } from '../record/language.js'
import type { Direction } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import type { PredictionView, TrialView } from './trial.js'
import type { Calibration, StudyView } from './view.js'
import { reportWords } from './words/index.js'

/** A result within so many standard deviations agrees with its prediction. */
const AGREEMENT = 2

/** The prediction of a trial's objective beside the result. */
export function trialPrediction(trial: TrialRecord): PredictionView | null {
  const expected = trial.rationale?.expected
  if (!expected || trial.repeatOf !== undefined) return null
  const { mean, sd } = expected
  // The prediction is about a full training: a trial that ended while paused has no such result.
  const objective =
    trial.state === 'complete' && trial.stop.kind !== 'not-resumed' ? trial.objective : null
  // A model without any uncertainty has no deviations.
  const deviations = objective === null || sd === 0 ? null : (objective - mean) / sd
  return { mean, sd, objective, deviations }
}

/** How well the sampler's model predicts; null before the first result of a predicted trial. */
export function calibration(trials: readonly Pick<TrialView, 'expected'>[]): Calibration | null {
  const deviations = trials.flatMap(({ expected }) =>
    expected?.deviations == null ? [] : [expected.deviations],
  )
  if (deviations.length === 0) return null
  return {
    within: deviations.filter(deviation => Math.abs(deviation) <= AGREEMENT).length,
    of: deviations.length,
    deviations: AGREEMENT,
  }
}

/** `17 of 18 predicted results are within 2 standard deviations of the prediction.` */
export function calibrationLine({
  calibration,
  language,
}: Pick<StudyView, 'calibration' | 'language'>): string | null {
  if (!calibration) return null
  const { within, of, deviations } = calibration
  return reportWords(language).result.calibration(within, of, deviations)
}

/** `predicted 1.13 ± 0.04, measured 1.09: 1.0 sd better`; null without a prediction. */
export function predictionLine(
  { expected, state }: Pick<TrialView, 'expected' | 'state'>,
  direction: Direction,
  language: Language = 'en',
): string | null {
  if (!expected) return null
  const words = reportWords(language).trial
  const { mean, sd, objective, deviations } = expected
  const prediction = words.predicted(figure(mean), figure(Number(sd.toPrecision(2))))
  if (objective === null) {
    if (state === 'complete') return prediction + words.endedEarly
    return prediction + (state === 'failed' ? words.failed : words.noResult)
  }
  const result = prediction + words.measured(figure(objective))
  if (deviations === null) return result
  if (deviations === 0) return result + words.asPredicted
  const better = deviations < 0 === (direction === 'minimize')
  return result + words.deviation(Math.abs(deviations).toFixed(1), better)
}

function figure(value: number): string {
  return Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)))
}
