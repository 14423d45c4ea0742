import { SEARCHABLE, type TrainingSpec } from '../../settings/index.js'
import type { Choice } from '../../space/parameter.js'

/**
 * What a fine-tuning uses for a parameter that is not searched: the study's setting, or the
 * default.
 */
export function trainingDefaults(
  training: TrainingSpec,
): Readonly<Record<string, Choice | undefined>> {
  return Object.fromEntries(
    [...SEARCHABLE].map(([name, { setting, group }]) => {
      const values: Readonly<Record<string, unknown>> | undefined =
        group[1] === 'lora' ? training.lora : { [setting.name]: setting.default, ...training }
      return [name, values?.[setting.name] as Choice | undefined]
    }),
  )
}
