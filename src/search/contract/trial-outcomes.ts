import type { Curve } from '../../record/curve.js'
import type { Params } from '../../space/parameter.js'
import type { EvaluatedCurve } from './sampler.js'

/** The trials that have a loss, in their order. */
export function evaluated(trials: readonly Curve[]): readonly EvaluatedCurve[] {
  return trials.filter((trial): trial is EvaluatedCurve => trial.loss !== undefined)
}

/** Configurations of the trials that have no loss yet, in their order. */
export function pending(trials: readonly Curve[]): readonly Params[] {
  return trials.filter(isPending).map(({ params }) => params)
}

/** Configurations of the trials that ended without a loss, in their order. */
export function failed(trials: readonly Curve[]): readonly Params[] {
  return trials
    .filter(trial => trial.loss === undefined && !isPending(trial))
    .map(({ params }) => params)
}

/** Every configuration that was begun: evaluated ones first, then pending, then failed ones. */
export function configurations(trials: readonly Curve[]): readonly Params[] {
  return [...evaluated(trials).map(({ params }) => params), ...pending(trials), ...failed(trials)]
}

function isPending({ state, loss }: Curve): boolean {
  return loss === undefined && (state === 'running' || state === 'paused')
}
