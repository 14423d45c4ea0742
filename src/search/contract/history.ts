import { studyNoise } from '../../math/curve-smoother.js'
import { directionOf, signOf } from '../../record/objective.js'
import type { Measure } from '../../settings/index.js'
import { byConfiguration, meanOf } from '../../record/repeats.js'
import type { StudySpec } from '../../record/study.js'
import { bestMeasured, type CompleteTrial, type TrialRecord } from '../../record/trial.js'
import type { Params } from '../../space/parameter.js'
import { smoothedReadings, type Reading } from '../smoothed-readings.js'

/** What samplers may know. Smaller `loss` is better whatever the study's direction. */
export interface History {
  readonly observed: readonly Observation[]
  /**
   * Points asked for and not yet answered. Their curves are withheld: they would depend on the
   * clock.
   */
  readonly pending: readonly Params[]
  readonly failed: readonly Params[]
}

export interface Observation {
  readonly params: Params
  readonly loss: number
  /**
   * Where the study has several objectives: all of them, smaller is better, `loss` the first. Every
   * observation has them or none.
   */
  readonly losses?: readonly number[]
  /**
   * Deviation of `loss` from what it would be without noise, as far as the trial's curve tells; 0
   * by default.
   */
  readonly noise?: number
  /** True when the trial is paused or was pruned, so `loss` is from before its last epoch. */
  readonly partial: boolean
}

/** By trial number: the objective after each epoch, smaller is better. */
export type Curves = ReadonlyMap<number, readonly number[]>

export const EMPTY: History = { observed: [], pending: [], failed: [] }

/**
 * Repeats of a configuration count once: with the mean of those that are complete, as soon as one
 * is. A complete trial counts with what its curve has without its noise; where there are two
 * objectives, with what was measured.
 *
 * @param trials in trial-number order, so that equal studies give equal histories
 */
export function historyOf(
  trials: readonly TrialRecord[],
  { direction, objectives, scoreEpoch }: Pick<StudySpec, 'direction' | 'objectives' | 'scoreEpoch'>,
  curves: Curves = new Map(),
): History {
  const sign = signOf(direction)
  const readings = objectives
    ? new Map<number, Reading>()
    : readingsByTrial(trials, curves, scoreEpoch)
  const read = (trial: CompleteTrial): Pick<Reading, 'loss' | 'noise'> =>
    readings.get(trial.number) ?? { loss: sign * bestMeasured(trial), noise: 0 }
  const observed: Observation[] = []
  const pending: Params[] = []
  const failed: Params[] = []
  for (const repeats of byConfiguration(trials).values()) {
    const { params } = repeats[0]!
    const complete = repeats.filter(trial => trial.state === 'complete')
    // What was pruned has one value, which is no point among those of two objectives.
    const values =
      complete.length > 0 || objectives
        ? []
        : repeats.flatMap(trial =>
            trial.state === 'pruned'
              ? [trial.prune.value]
              : trial.state === 'paused'
                ? [bestMeasured(trial)]
                : [],
          )
    if (complete.length > 0)
      observed.push({
        params,
        ...together(complete.map(read)),
        ...lossesOf(complete, objectives),
        partial: false,
      })
    else if (values.length > 0)
      observed.push({ params, loss: sign * meanOf(values), partial: true })
    else if (
      repeats.some(({ state }) => state === 'waiting' || state === 'running' || state === 'paused')
    )
      pending.push(params)
    else failed.push(params)
  }
  return { observed, pending, failed }
}

/** Of the complete trials whose curves are whole; of none where there is no noise. */
function readingsByTrial(
  trials: readonly TrialRecord[],
  curves: Curves,
  scoreEpoch: StudySpec['scoreEpoch'],
): ReadonlyMap<number, Reading> {
  const whole = trials.flatMap(({ state, number }) => {
    const curve = curves.get(number) ?? []
    return state === 'complete' && curve.length > 0 && curve.every(Number.isFinite)
      ? [{ number, curve }]
      : []
  })
  const known = whole.map(({ curve }) => curve)
  const noise = studyNoise(known)
  if (noise === 0) return new Map()
  const readings = smoothedReadings(known, noise, scoreEpoch)
  return new Map(whole.map(({ number }, i) => [number, readings[i]!]))
}

/** The mean of repeats, of which noise falls with the root of their number. */
function together(
  repeats: readonly Pick<Reading, 'loss' | 'noise'>[],
): Pick<Observation, 'loss' | 'noise'> {
  const noise = Math.hypot(...repeats.map(({ noise }) => noise)) / repeats.length
  return { loss: meanOf(repeats.map(({ loss }) => loss)), ...(noise > 0 ? { noise } : {}) }
}

/** Every configuration that was ever asked for, finished or not. */
export function asked({ observed, pending, failed }: History): readonly Params[] {
  return [...observed.map(({ params }) => params), ...pending, ...failed]
}

function lossesOf(
  complete: readonly CompleteTrial[],
  objectives: readonly [Measure, Measure] | undefined,
): Pick<Observation, 'losses'> {
  if (!objectives) return {}
  const losses = objectives.map(
    (measure, j) =>
      signOf(directionOf(measure)) *
      meanOf(complete.map(trial => trial.objectives?.[j] ?? Number.NaN)),
  )
  return { losses }
}
