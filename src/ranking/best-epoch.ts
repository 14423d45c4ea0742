import { smoothCurve, studyNoise } from '../math/curve-smoother.js'
import {
  objectiveDirection,
  objectiveValue,
  directionSign,
  type Measured,
} from '../record/objective.js'
import type { Objective } from '../settings/index.js'
import type { Direction, StudySpec } from '../record/study.js'
import type { ScoreEpoch } from '../settings/index.js'
import { optional } from '../util/optional.js'
import { candidateEpochs, isLower, LONG, type Measurements } from './candidate-epochs.js'

/** What decides which epoch a trial counts by. */
export interface Scoring {
  /** The validation loss when left out. */
  readonly objective?: Objective | undefined
  /** Of a study of two objectives. */
  readonly objectives?: StudySpec['objectives'] | undefined
  readonly scoreEpoch?: ScoreEpoch | undefined
  /** The objective's own when left out. */
  readonly direction?: Direction | undefined
}

export interface BestEpoch<E> {
  readonly metrics: E
  /** The objective as it was measured after that epoch. */
  readonly measured: number
  /**
   * The objective without its noise, by which the trial is ranked; left out where the curve is
   * short or quiet, so that the measurement itself counts.
   */
  readonly smoothed?: number
  /** The epoch of the best measurement, and that measurement. */
  readonly lowest: { readonly metrics: E; readonly measured: number }
}

/**
 * The epoch that a trial counts by, whose checkpoint is exported. Verdict, leaderboard, keep rule,
 * export and benchmark all call this function.
 *
 * - Short curves (fewer than 20 epochs), quiet curves (noise below 0.1% of the loss), curves with
 *   epochs without a value, and studies of two objectives: the best measurement, the first of
 *   equals, unless a later one has the lower validation loss.
 * - Other curves: the best of the smoothed curve, among the epochs whose checkpoints are kept (see
 *   `candidateEpochs`). On learning curves of 52 epochs with 1% noise it is 0.12% above the true
 *   lowest loss, the lowest measurement 0.30%; with 2% noise 0.26% and 0.70%.
 * - `scoreEpoch: last`: the last epoch.
 *
 * @param history epochs of one training in order, from epoch 1
 * @returns undefined if no epoch has a value of the objective
 */
export function bestEpoch<E extends Measured>(
  history: readonly E[],
  scoring: Scoring,
): BestEpoch<E> | undefined {
  const {
    objective = 'valLoss',
    scoreEpoch = 'best',
    direction = objectiveDirection(objective),
  } = scoring
  const sign = directionSign(direction)
  const measurements = objectiveMeasurements(history, scoring)
  const { costs } = measurements
  const usable = history.map((_, i) => i).filter(i => isUsable(measurements, i))
  if (usable.length === 0) return undefined
  const smooth = smoothed(measurements, scoring)
  const at = (index: number): BestEpoch<E> => ({
    metrics: history[index]!,
    measured: sign * costs[index]!,
    lowest: { metrics: history[lowest]!, measured: sign * costs[lowest]! },
    ...optional({ smoothed: smooth ? sign * smooth[index]! : undefined }),
  })
  const last = history.length - 1
  const lowest =
    scoreEpoch === 'last'
      ? last
      : usable.reduce((best, index) => (isLower(measurements, index, best) ? index : best))
  if (scoreEpoch === 'last') return usable.at(-1) === last ? at(last) : undefined
  if (!smooth) return at(lowest)
  return at(
    candidateEpochs(measurements)
      .map(epoch => epoch - 1)
      .reduce((best, index) => (smooth[index]! < smooth[best]! ? index : best)),
  )
}

/**
 * Epochs of a training, so far, whose checkpoints must be kept because one of them may become its
 * best epoch; ascending, the best epoch of now among them.
 *
 * @param budget most epochs of the training
 */
export function retainedEpochs(
  history: readonly Measured[],
  scoring: Scoring,
  budget: number,
): readonly number[] {
  const measurements = objectiveMeasurements(history, scoring)
  if (budget >= LONG && scoring.scoreEpoch !== 'last' && maySmooth(measurements, scoring))
    return candidateEpochs(measurements)
  const best = bestEpoch(history, scoring)
  return best ? [best.metrics.epoch] : []
}

/** The curve without its noise; null where the measurements themselves count. */
function smoothed(measurements: Measurements, scoring: Scoring): readonly number[] | null {
  if (!maySmooth(measurements, scoring)) return null
  const noise = studyNoise([measurements.costs])
  return noise > 0 ? smoothCurve(measurements.costs, noise) : null
}

function maySmooth(measurements: Measurements, { objectives }: Scoring): boolean {
  const { costs } = measurements
  return !objectives && costs.length > 0 && costs.every((_, i) => isUsable(measurements, i))
}

function objectiveMeasurements(
  history: readonly Measured[],
  { objective = 'valLoss', direction = objectiveDirection(objective) }: Scoring,
): Measurements {
  const sign = directionSign(direction)
  return {
    costs: history.map(epoch => sign * objectiveValue(epoch, objective)),
    valLosses: history.map(({ valLoss }) => valLoss),
  }
}

function isUsable({ costs, valLosses }: Measurements, index: number): boolean {
  return Number.isFinite(costs[index]) && Number.isFinite(valLosses[index])
}
