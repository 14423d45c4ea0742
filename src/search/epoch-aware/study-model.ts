import { CurveSmoother, studyNoise } from '../../math/curve-smoother.js'
import type { Curve } from '../../record/curve.js'
import { contains, type Space } from '../../space/parameter.js'
import { encoded, createEncoding, type Encoding } from '../gaussian-process/encoding.js'
import { fitStandard, type Standard } from '../gaussian-process/standardize.js'
import { subsample } from '../gaussian-process/subsample.js'
import { curveAt } from './curve-posterior.js'
import { epochMoment, type Joint } from './joint.js'
import { conditionJointSafely, fitJoint } from './joint-fit.js'
import { readCurves, firstReadings, type ModelCurve } from './readings.js'
import { pauseStages } from './stages.js'

/**
 * Readings that the parameters are learned from. Regret at a third of the budget, seven parameters:
 * 0.25 with 150, 0.31 with 90, 0.28 with 250.
 */
const MAX_LEARNED_READINGS = 150
/**
 * Most curves that the model is conditioned on, so that a thousand trials cost no more than two
 * hundred. Of the best all readings are taken, of the others the last one; half of them are the
 * best and half are spread over the others.
 */
const MAX_CURVES = { started: 160, allReadings: 40, failed: 40 } as const
/** Trials with the lowest losses, among which under noise the model chooses the best. */
const LEADERS = 12
/**
 * No pause before the third epoch: the first two show too little of the end for a decision. Regret
 * at a third of the budget: 0.31 from 3 on, 0.35 from 2 and 0.32 from 5.
 */
const FIRST_STAGE = 3

/** The curve of a trial with at least one epoch. */
export interface SmoothedCurve extends Curve {
  /** Smoothed losses, shape [epochs]. */
  readonly losses: readonly number[]
  /** The lowest of them. */
  readonly lowest: number
  /** The study's losses have no noise to speak of. */
  readonly quiet: boolean
}

/** The joint model of a study's trials. */
export interface StudyModel {
  readonly encoding: Encoding
  readonly stages: readonly number[]
  readonly curves: readonly SmoothedCurve[]
  readonly standard: Standard
  readonly joint: Joint
  /** The standardized loss to improve on. */
  readonly best: number
}

/**
 * Fits the joint model to the trials. Running ones are imputed with its expectation, so that the
 * next slot looks elsewhere; failed ones count as bad as the worst.
 *
 * @returns undefined if no trial has a loss
 */
export function fitStudyModel(
  space: Space,
  trials: readonly Curve[],
  maxEpochs: number,
): StudyModel | undefined {
  const encoding = createEncoding(space)
  const curves = smoothedCurves(space, trials)
  if (curves.length === 0) return undefined
  const standard = fitStandard(curves.map(({ lowest }) => lowest))
  const stages = pauseStages(maxEpochs).filter(stage => stage >= Math.min(FIRST_STAGE, maxEpochs))
  const inside = trials.filter(({ params }) => contains(space, params))
  const ranked = [...curves].sort((a, b) => a.lowest - b.lowest)
  const rows = modelCurves(ranked, inside)
  const options = { encoding, stages, maxEpochs, standardize: standard.forward }
  const readings = readCurves(rows, options)
  const joint = fitJoint(
    firstReadings(readings, learnedCurves(rows)),
    readings,
    encoding.lengthIndex,
    encoding.lengths,
  )
  const best = Math.min(
    ...ranked
      .slice(0, LEADERS)
      .map(curve =>
        curve.quiet
          ? standard.forward(curve.lowest)
          : bestEpochMean({ joint, encoding, standard }, curve, maxEpochs),
      ),
  )
  const model = { encoding, stages, curves, standard, joint, best }
  const running = inside.filter(({ state }) => state === 'running')
  if (running.length === 0) return model
  const fantasies = running.map(({ params, target = maxEpochs }) => {
    const moment = epochMoment(target, maxEpochs)
    return {
      params,
      epoch: target,
      mean: curveAt(joint, encoded(encoding, params), [moment]).mean[0]!,
    }
  })
  return {
    ...model,
    joint: conditionJointSafely(readCurves(rows, options, fantasies), joint.parameters),
    best: Math.min(best, ...fantasies.map(({ mean }) => mean)),
  }
}

/**
 * The posterior mean of the loss at a trial's best epoch, standardized: that of the last epoch,
 * which the model was conditioned on, and what the trial's own curve lost from the best to the
 * last. Between the epochs that the model is conditioned on, the curve is more exact.
 */
function bestEpochMean(
  { joint, encoding, standard }: Pick<StudyModel, 'joint' | 'encoding' | 'standard'>,
  { params, losses, lowest }: SmoothedCurve,
  maxEpochs: number,
): number {
  const moment = epochMoment(losses.length, maxEpochs)
  const [last] = curveAt(joint, encoded(encoding, params), [moment]).mean
  return last! + standard.forward(lowest) - standard.forward(losses.at(-1)!)
}

function smoothedCurves(space: Space, trials: readonly Curve[]): readonly SmoothedCurve[] {
  const curves = trials.filter(
    ({ state, losses, params }) =>
      state !== 'failed' && losses.length > 0 && contains(space, params),
  )
  const noise = studyNoise(curves.map(({ losses }) => losses))
  const smoother = new CurveSmoother(noise)
  return curves.map(curve => {
    const losses = smoother.smooth(curve.losses)
    return { ...curve, losses, lowest: Math.min(...losses), quiet: noise === 0 }
  })
}

/** @param ranked best first. @param inside all trials within the space */
function modelCurves(
  ranked: readonly SmoothedCurve[],
  inside: readonly Curve[],
): readonly ModelCurve[] {
  const worst = Math.max(...ranked.map(({ lowest }) => lowest))
  const failed = inside
    .filter(({ state }) => state === 'failed')
    .map(({ params }) => ({ params, losses: [worst], atEnd: true, lastOnly: true }))
  return [
    ...subsample(ranked, MAX_CURVES.started).map(({ params, losses }, rank) => ({
      params,
      losses,
      atEnd: false,
      lastOnly: rank >= MAX_CURVES.allReadings,
    })),
    ...subsample(failed, MAX_CURVES.failed),
  ]
}

/** How many of the curves, the first ones, make up the readings that are learned from. */
function learnedCurves(curves: readonly ModelCurve[]): number {
  let count = 0
  const enough = curves.findIndex(
    ({ losses, lastOnly }) =>
      (count += lastOnly ? 1 : 1 + 2 * Math.log(losses.length)) > MAX_LEARNED_READINGS,
  )
  return enough < 0 ? curves.length : Math.max(enough, Math.min(4, curves.length))
}
