import { UserError } from '../../errors.js'
import type { TrainingSpec } from '../../record/study.js'
import type { Params } from '../../space/parameter.js'

/** All that a training is run with. */
export interface TrainSettings extends TrainingSpec {
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
}

/** The trial's parameters, and the study's settings where a trial has none of its own. @throws UserError naming the parameter */
export function trainSettings(params: Params, training: TrainingSpec): TrainSettings {
  const value = (name: string, otherwise: number | undefined, allowed: (value: number) => boolean, wanted: string): number => {
    const given = params[name] ?? otherwise
    if (typeof given === 'number' && allowed(given)) return given
    throw new UserError(name, given === undefined ? 'is missing' : `is ${JSON.stringify(given)}`, `Give ${wanted}`)
  }
  const count = (least: number) => (x: number) => Number.isSafeInteger(x) && x >= least
  const amount = (x: number) => Number.isFinite(x) && x >= 0
  return {
    ...training,
    learningRate: value('learningRate', undefined, x => amount(x) && x > 0, 'a number above 0'),
    batchSize: value('batchSize', undefined, count(1), 'a whole number from 1'),
    epochs: value('epochs', undefined, count(1), 'a whole number from 1'),
    weightDecay: value('weightDecay', training.weightDecay, amount, 'a number from 0'),
    warmupSteps: value('warmupSteps', training.warmupSteps, count(0), 'a whole number from 0'),
    clipNorm: value('clipNorm', training.clipNorm, amount, 'a number from 0; 0 means no clipping'),
  }
}
