import type { Curve } from '../../record/curve.js'
import type { Space } from '../../space/parameter.js'
import { encoded } from '../gaussian-process/encoding.js'
import { curveAt } from './curve-posterior.js'
import { epochMoment } from './joint.js'
import { fitStudyModel } from './study-model.js'

/**
 * The loss that the joint model of configuration and epoch expects of an epoch of a trial: its mean
 * at the trial's last epoch, which it was conditioned on, less what the trial's own smoothed curve
 * lost from that epoch to the last. Between the epochs that the model is conditioned on, the curve
 * is more exact.
 *
 * @param trials all curves of the study
 * @param picks number of a trial, and one of its epochs, from 1
 * @returns posterior means in units of the loss, shape [picks]
 */
export function posteriorCurveLosses(
  space: Space,
  trials: readonly Curve[],
  maxEpochs: number,
  picks: readonly { readonly trial: number; readonly epoch: number }[],
): readonly number[] {
  const model = fitStudyModel(space, trials, maxEpochs)
  if (!model) throw new RangeError('no trial has an epoch')
  const { joint, encoding, standard, curves } = model
  return picks.map(({ trial, epoch }) => {
    const one = curves.find(curve => curve.trial === trial)
    if (!one) throw new RangeError(`trial ${trial} has no epoch`)
    const { params, losses } = one
    const [last] = curveAt(joint, encoded(encoding, params), [
      epochMoment(losses.length, maxEpochs),
    ]).mean
    const change = standard.forward(losses[epoch - 1]!) - standard.forward(losses.at(-1)!)
    return standard.backward(last! + change)
  })
}
