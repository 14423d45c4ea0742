import { adapterScale, adapterShape } from '../decoder/adapter/lora.js'
import type { DecoderConfig } from '../decoder/config.js'
import {
  lora as loraSettings,
  parameters,
  SEARCHABLE,
  training as trainingSettings,
  type LoraSpec,
  type Method,
  type TrainingSpec,
} from '../settings/index.js'
import { trialValues, type TrialValues } from '../settings/trial-settings.js'
import type { Params } from '../space/parameter.js'
import type { GradientSettings, TrainingVariant } from './variant.js'
import { optional } from '../util/optional.js'
import { LOSS_TERM_NAMES } from './loss-terms.js'

/** All settings of one run: every searchable setting has a value. */
export type TrainSettings = Omit<TrainingSpec, 'lora' | 'method'> &
  TrialValues<typeof parameters> &
  TrialValues<typeof trainingSettings> & {
    readonly method: Method
    /** Of the method `lora` alone. */
    readonly lora?: LoraSpec
  }

/**
 * The trial's parameters, and the study's settings where a trial has none of its own.
 *
 * @throws UserError naming the parameter
 */
export function trainSettings(params: Params, { lora, ...training }: TrainingSpec): TrainSettings {
  const method = training.method ?? 'full'
  return {
    ...training,
    method,
    ...(method === 'lora' && lora
      ? { lora: { ...lora, ...trialValues(loraSettings, params, lora) } }
      : {}),
    ...trialValues(parameters, params),
    ...trialValues(trainingSettings, params, training),
  }
}

/**
 * What of the settings two attempts must have in common for one to resume where the other stopped.
 * A setting that has its default is left out, so that a checkpoint stays usable when a later
 * version adds a setting.
 */
export function settingsIdentity(settings: Omit<TrainSettings, 'epochs'>): object {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => {
      const setting = SEARCHABLE.get(name)?.setting
      const droppable = setting && !setting.explicit
      return !droppable || !('default' in setting) || value !== setting.default
    }),
  )
}

/** @throws UserError for adapters of layers that the model doesn't have */
export function trainingVariant(config: DecoderConfig, settings: TrainSettings): TrainingVariant {
  const { optimizer, dropout, lora } = settings
  return {
    optimizer,
    lossTerms: LOSS_TERM_NAMES.filter(name => settings[name] > 0),
    dropout: dropout > 0,
    adapter: lora ? { ...adapterShape(config, lora), dropout: lora.dropout > 0 } : null,
  }
}

export function gradientSettings(settings: TrainSettings): GradientSettings {
  const { dropout, lora } = settings
  return {
    ...Object.fromEntries(LOSS_TERM_NAMES.map(name => [name, settings[name]])),
    dropout,
    ...optional({ adapterDropout: lora?.dropout, adapterScale: lora && adapterScale(lora) }),
  }
}
