import { UserError } from '../errors.js'
import {
  OPTIMIZERS,
  SCHEDULES,
  type LoraSpec,
  type Method,
  type Optimizer,
  type TrainingSpec,
} from '../record/study.js'
import type { Params } from '../space/parameter.js'
import { adapterScale, adapterShape } from '../decoder/adapter/lora.js'
import type { DecoderConfig } from '../decoder/config.js'
import type { TrainingVariant, GradientSettings } from './variant.js'

/** All that a training is run with. */
export interface TrainSettings extends TrainingSpec {
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  readonly optimizer: Optimizer
  readonly dropout: number
  readonly labelSmoothing: number
  readonly warmupRatio: number
  readonly method: Method
  /** Of the method `lora` alone. */
  readonly lora?: LoraSpec
}

/**
 * The trial's parameters, and the study's settings where a trial has none of its own. @throws
 * UserError naming the parameter
 */
export function trainSettings(params: Params, { lora, ...training }: TrainingSpec): TrainSettings {
  const value = (
    name: string,
    otherwise: number | undefined,
    allowed: (value: number) => boolean,
    wanted: string,
  ): number => {
    const given = params[name] ?? otherwise
    if (typeof given === 'number' && allowed(given)) return given
    throw new UserError(
      name,
      given === undefined ? 'is missing' : `is ${JSON.stringify(given)}`,
      `Give ${wanted}`,
    )
  }
  const one = <T extends string>(name: string, otherwise: T, names: readonly T[]): T => {
    const given = params[name] ?? otherwise
    if (names.includes(given as T)) return given as T
    throw new UserError(name, `is ${JSON.stringify(given)}`, `Give ${names.join(', ')}`)
  }
  const count = (least: number) => (x: number) => Number.isSafeInteger(x) && x >= least
  const amount = (x: number) => Number.isFinite(x) && x >= 0
  const share = (x: number) => x >= 0 && x < 1
  const method = training.method ?? 'full'
  return {
    ...training,
    method,
    ...(method === 'lora' && lora
      ? {
          lora: {
            ...lora,
            rank: value('loraRank', lora.rank, count(1), 'a whole number from 1'),
            alpha: value('loraAlpha', lora.alpha, x => amount(x) && x > 0, 'a number above 0'),
            dropout: value('loraDropout', lora.dropout, share, 'a share from 0, below 1'),
          },
        }
      : {}),
    learningRate: value('learningRate', undefined, x => amount(x) && x > 0, 'a number above 0'),
    batchSize: value('batchSize', undefined, count(1), 'a whole number from 1'),
    epochs: value('epochs', undefined, count(1), 'a whole number from 1'),
    optimizer: one('optimizer', training.optimizer ?? 'adamw', OPTIMIZERS),
    schedule: one('schedule', training.schedule, SCHEDULES),
    weightDecay: value('weightDecay', training.weightDecay, amount, 'a number from 0'),
    ...(params['momentum'] === undefined
      ? {}
      : { momentum: value('momentum', undefined, share, 'a share from 0, below 1') }),
    warmupSteps: value('warmupSteps', training.warmupSteps, count(0), 'a whole number from 0'),
    warmupRatio: value('warmupRatio', training.warmupRatio ?? 0, share, 'a share from 0, below 1'),
    clipNorm: value('clipNorm', training.clipNorm, amount, 'a number from 0; 0 means no clipping'),
    dropout: value('dropout', training.dropout ?? 0, share, 'a share from 0, below 1'),
    labelSmoothing: value(
      'labelSmoothing',
      training.labelSmoothing ?? 0,
      share,
      'a share from 0, below 1',
    ),
  }
}

/** @throws UserError for adapters of layers that the model doesn't have */
export function trainingVariant(
  config: DecoderConfig,
  { optimizer, labelSmoothing, dropout, lora }: TrainSettings,
): TrainingVariant {
  return {
    optimizer,
    smoothing: labelSmoothing > 0,
    dropout: dropout > 0,
    adapter: lora ? { ...adapterShape(config, lora), dropout: lora.dropout > 0 } : null,
  }
}

export function gradientSettings({
  labelSmoothing,
  dropout,
  lora,
}: TrainSettings): GradientSettings {
  return {
    labelSmoothing,
    dropout,
    ...(lora ? { adapterDropout: lora.dropout, adapterScale: adapterScale(lora) } : {}),
  }
}
