import type { Curve } from '../../record/curve.js'
import { configurationKey } from '../../space/configurations.js'
import type { Params, Space } from '../../space/parameter.js'
import type { AllocationRequest } from '../contract/allocator.js'
import { improvementScore, type Prediction } from '../gaussian-process/acquisition.js'
import { encoded } from '../gaussian-process/encoding.js'
import { logExpectedImprovement } from '../gaussian-process/log-expected-improvement.js'
import { candidates } from '../gaussian-process/maximize.js'
import { finalPrediction } from './final-prediction.js'
import { curveAt, type CurvePosterior } from './curve-posterior.js'
import { areDistinguishable, epochMoment } from './joint.js'
import type { SmoothedCurve, StudyModel } from './study-model.js'
import { twoStageIndex, type Stage } from './two-stage.js'

const MAXIMIZE_PURPOSE = 0x6d78
/** New configurations and paused trials that are priced; the others promise less. */
const MAX_PRICED = { fresh: 30, paused: 20 } as const

/** A trial, new or paused, with the stage that is its best purchase. */
export interface PricedTrial {
  /** Number of the trial; null for a new one. */
  readonly trial: number | null
  readonly params: Params
  /** Of its losses at the epochs ahead. */
  readonly posterior: CurvePosterior
  /** Epochs that it can be trained to, the last one last. */
  readonly ahead: readonly number[]
  readonly stage: Stage
}

/** The trial with the highest price an epoch; undefined if none can be trained. */
export function mostPromising(
  space: Space,
  trials: readonly Curve[],
  model: StudyModel,
  request: AllocationRequest,
): PricedTrial | undefined {
  const predict = finalPrediction(model.joint)
  const { maxEpochs } = request
  const paused = promisingPaused(model, predict, maxEpochs).map(({ trial, params, losses }) =>
    priced(model, request, params, losses.length, trial),
  )
  const fresh = promisingFresh(space, trials, model, predict, request)
    .slice(0, MAX_PRICED.fresh)
    .map(params => priced(model, request, params, 0, null))
  return [...paused, ...fresh].reduce<PricedTrial | undefined>(
    (best, one) => (best === undefined || one.stage.price > best.stage.price ? one : best),
    undefined,
  )
}

/** @param epochsRun epochs that the trial has run */
function priced(
  { encoding, joint, stages, best }: StudyModel,
  { maxEpochs, remaining = Infinity }: AllocationRequest,
  params: Params,
  epochsRun: number,
  trial: number | null,
): PricedTrial {
  const last = Math.min(maxEpochs, epochsRun + remaining)
  const ahead = [...stages.filter(stage => stage > epochsRun && stage < last), last]
  const moments = ahead.map(epoch => epochMoment(epoch, maxEpochs))
  const posterior = curveAt(joint, encoded(encoding, params), moments)
  const costs = ahead.map(epoch => epoch - epochsRun)
  return { trial, params, posterior, ahead, stage: twoStageIndex(posterior, costs, best) }
}

/** The paused trials with the most expected improvement of the last epoch an epoch. */
function promisingPaused(
  { curves, encoding, best }: StudyModel,
  predict: Prediction,
  maxEpochs: number,
): readonly SmoothedCurve[] {
  return curves
    .filter(({ state, losses }) => state === 'paused' && losses.length < maxEpochs)
    .map(curve => {
      const { mean, variance } = predict(encoded(encoding, curve.params))
      const improvement = logExpectedImprovement(mean, Math.sqrt(variance), best)
      return { curve, promise: improvement - Math.log(maxEpochs - curve.losses.length) }
    })
    .sort((a, b) => b.promise - a.promise)
    .slice(0, MAX_PRICED.paused)
    .map(({ curve }) => curve)
}

/** New configurations with the most expected improvement of the last epoch, best first. */
function promisingFresh(
  space: Space,
  trials: readonly Curve[],
  { curves, encoding, joint, best }: StudyModel,
  predict: Prediction,
  { seed, step, admits = () => true }: AllocationRequest,
): readonly Params[] {
  const tried = new Set(trials.map(({ params }) => configurationKey(space, params)))
  const leaders = [...curves].sort((a, b) => a.lowest - b.lowest).slice(0, 4)
  const around = {
    best: leaders.map(({ params }) => params),
    allowed: (params: Params) => !tried.has(configurationKey(space, params)) && admits(params),
  }
  const score = improvementScore(predict, encoding.columns, best)
  const admitted = [...candidates(encoding, score, around, [seed, step, MAXIMIZE_PURPOSE])].map(
    ({ params }) => params,
  )
  // A trial that no measurement can distinguish from a running one would only repeat it.
  const running = trials
    .filter(({ state }) => state === 'running')
    .map(({ params }) => encoded(encoding, params))
  if (running.length === 0) return admitted
  const distinguishable = admitted.filter(params =>
    running.every(other => areDistinguishable(joint, encoded(encoding, params), other)),
  )
  return distinguishable.length > 0 ? distinguishable : admitted
}
