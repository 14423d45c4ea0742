import { studyNoise } from '../math/curve-smoother.js'
import type { Curve } from '../record/curve.js'
import { objectiveDirection, directionSign } from '../record/objective.js'
import type { Measure } from '../settings/index.js'
import { byConfiguration, mean } from '../record/repeats.js'
import type { StudySpec } from '../record/study.js'
import { bestMeasured, type CompleteTrial, type TrialRecord } from '../record/trial.js'
import { optional } from '../util/optional.js'
import { smoothedReadings, type Reading } from './smoothed-readings.js'

/** By trial number: the objective after each epoch, smaller is better. */
export type LossesByTrial = ReadonlyMap<number, readonly number[]>

/**
 * The trials of a study as its sampler sees them, one curve a configuration.
 *
 * Repeats of a configuration count once: with the mean of the complete ones, as soon as one is
 * complete. A complete trial counts with its smoothed loss if the study is noisy; in a study with
 * two objectives, with the measured one. Losses of a running trial are withheld: they would depend
 * on the clock.
 *
 * @param trials in the order of their numbers, so that equal studies give equal curves
 */
export function samplerCurves(
  trials: readonly TrialRecord[],
  spec: Pick<StudySpec, 'direction' | 'objectives' | 'scoreEpoch'>,
  losses: LossesByTrial = new Map(),
): readonly Curve[] {
  const { direction, objectives, scoreEpoch } = spec
  const sign = directionSign(direction)
  const readings = objectives
    ? new Map<number, Reading>()
    : readingsByTrial(trials, losses, scoreEpoch)
  const reading = (trial: CompleteTrial): Pick<Reading, 'loss' | 'noise'> =>
    readings.get(trial.number) ?? { loss: sign * bestMeasured(trial), noise: 0 }
  return [...byConfiguration(trials).values()].map(repeats => {
    const complete = repeats.filter(trial => trial.state === 'complete')
    const { number, params } = complete[0] ?? repeats[0]!
    const curve = { trial: number, params, losses: losses.get(number) ?? [] }
    if (complete.length > 0)
      return {
        ...curve,
        state: 'complete',
        ...meanReading(complete.map(reading)),
        ...optional({ objectives: objectives && meanObjectives(complete, objectives) }),
      }
    return { ...curve, ...unfinished(repeats, sign, objectives !== undefined) }
  })
}

/** The state and the loss of a configuration of which no trial is complete. */
function unfinished(
  repeats: readonly TrialRecord[],
  sign: 1 | -1,
  severalObjectives: boolean,
): Pick<Curve, 'state' | 'loss'> {
  // A pruned trial has one value, which is no point among those of two objectives.
  const values = severalObjectives ? [] : repeats.flatMap(partialValue)
  const states = repeats.map(({ state }) => state)
  const state = states.includes('pruned') ? 'pruned' : 'paused'
  if (values.length > 0) return { state, loss: sign * mean(values) }
  if (states.includes('waiting') || states.includes('running')) return { state: 'running' }
  return { state: states.includes('paused') ? 'paused' : 'failed' }
}

function partialValue(trial: TrialRecord): readonly number[] {
  if (trial.state === 'pruned') return [trial.prune.value]
  return trial.state === 'paused' ? [bestMeasured(trial)] : []
}

/** Readings of the complete trials without a missing loss; none if there is no noise. */
function readingsByTrial(
  trials: readonly TrialRecord[],
  losses: LossesByTrial,
  scoreEpoch: StudySpec['scoreEpoch'],
): ReadonlyMap<number, Reading> {
  const complete = trials.flatMap(({ state, number }) => {
    const curve = losses.get(number) ?? []
    return state === 'complete' && curve.length > 0 && curve.every(Number.isFinite)
      ? [{ number, curve }]
      : []
  })
  const curves = complete.map(({ curve }) => curve)
  const noise = studyNoise(curves)
  if (noise === 0) return new Map()
  const readings = smoothedReadings(curves, noise, scoreEpoch)
  return new Map(complete.map(({ number }, i) => [number, readings[i]!]))
}

/** The mean of repeats; its noise falls with the root of their number. */
function meanReading(
  repeats: readonly Pick<Reading, 'loss' | 'noise'>[],
): Pick<Reading, 'loss'> & Pick<Curve, 'noise'> {
  const noise = Math.hypot(...repeats.map(({ noise }) => noise)) / repeats.length
  return {
    loss: mean(repeats.map(({ loss }) => loss)),
    ...optional({ noise: noise > 0 ? noise : undefined }),
  }
}

function meanObjectives(
  complete: readonly CompleteTrial[],
  objectives: readonly [Measure, Measure],
): readonly number[] {
  return objectives.map(
    (measure, j) =>
      directionSign(objectiveDirection(measure)) *
      mean(complete.map(trial => trial.objectives?.[j] ?? Number.NaN)),
  )
}
