import type { Space } from '../../space/parameter.js'
import type { CurveTrial } from '../contract/allocator.js'
import { encoded } from '../gaussian-process/encoding.js'
import { look } from './epoch-aware.js'
import { curveAt, momentOf } from './joint.js'

/**
 * The loss that the joint model of configuration and epoch expects of an epoch of a trial: its mean
 * at the trial's last epoch, which it was conditioned on, less what the trial's own smoothed curve
 * lost from that epoch to the last. Between the epochs that it was conditioned on, the model knows
 * less than the curve.
 *
 * @param trials all curves of the study; one of them names a trial by its index
 * @param picks which trial, and which of its epochs, from 1
 * @returns posterior means in units of the loss, shape [picks]
 */
export function posteriorCurveLosses(
  space: Space,
  trials: readonly CurveTrial[],
  maxEpochs: number,
  picks: readonly { readonly trial: number; readonly epoch: number }[],
): readonly number[] {
  const view = look(space, trials, maxEpochs)
  if (!view) throw new RangeError('no trial has an epoch')
  const { joint, encoding, standard, started } = view
  return picks.map(({ trial, epoch }) => {
    const one = started.find(({ index }) => index === trial)
    if (!one) throw new RangeError(`trial ${trial} has no epoch`)
    const { params, losses } = one
    const [last] = curveAt(joint, encoded(encoding, params), [
      momentOf(losses.length, maxEpochs),
    ]).mean
    const change = standard.forward(losses[epoch - 1]!) - standard.forward(losses.at(-1)!)
    return standard.backward(last! + change)
  })
}
