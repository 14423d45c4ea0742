import type { Direction } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import { plural } from './format.js'
import type { Calibration, ExpectedView, StudyView, TrialView } from './view.js'

/** Within so many standard deviations a result is as it was expected. */
const AS_EXPECTED = 2

/** What was expected of a trial beside what came. */
export function expectedOf(trial: TrialRecord): ExpectedView | null {
  const expected = trial.rationale?.expected
  if (!expected || trial.repeatOf !== undefined) return null
  const { mean, sd } = expected
  // An expectation is of a trial's end: one that was left before it has not shown it.
  const came =
    trial.state === 'complete' && trial.stop.kind !== 'not-resumed' ? trial.objective : null
  // Of a model that is sure to the last digit there are no deviations.
  return { mean, sd, came, deviations: came === null || sd === 0 ? null : (came - mean) / sd }
}

/**
 * How well the sampler's model knew what was coming; null before a result of which it expected
 * something.
 */
export function calibrationOf(trials: readonly Pick<TrialView, 'expected'>[]): Calibration | null {
  const deviations = trials.flatMap(({ expected }) =>
    expected?.deviations == null ? [] : [expected.deviations],
  )
  if (deviations.length === 0) return null
  return {
    within: deviations.filter(deviation => Math.abs(deviation) <= AS_EXPECTED).length,
    of: deviations.length,
    deviations: AS_EXPECTED,
  }
}

/** `17 of 18 trials came within 2 standard deviations of what was expected.` */
export function calibrationLine({ calibration }: Pick<StudyView, 'calibration'>): string | null {
  if (!calibration) return null
  const { within, of, deviations } = calibration
  return `${within} of ${plural(of, 'trial')} that the model expected something of came within ${deviations} standard deviations of it.`
}

/** `expected 1.13 ± 0.04, came 1.09: 1.0 sd lower`; null where nothing was expected. */
export function expectedLine(
  { expected, state }: Pick<TrialView, 'expected' | 'state'>,
  direction: Direction,
): string | null {
  if (!expected) return null
  const { mean, sd, came, deviations } = expected
  const told = `expected ${figure(mean)} ± ${figure(Number(sd.toPrecision(2)))}`
  if (came === null)
    return `${told}; ${state === 'complete' ? 'left before its end' : state === 'failed' ? 'failed' : 'no result yet'}`
  if (deviations === null) return `${told}, came ${figure(came)}`
  const side =
    deviations === 0
      ? 'as expected'
      : `${Math.abs(deviations).toFixed(1)} sd ${deviations < 0 === (direction === 'minimize') ? 'better' : 'worse'}`
  return `${told}, came ${figure(came)}: ${side}`
}

function figure(value: number): string {
  return Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)))
}
