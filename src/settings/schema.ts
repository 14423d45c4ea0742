import { z } from 'zod'
import { settingsFor, type KindSettings } from './kind-settings.js'
import type { Family, NumberSetting, Setting } from './setting.js'
import { shapes } from './shapes.js'
import { lora, score, search, stopping, training } from './table/index.js'

/** A check of a value that only another module can judge, such as the name of a pruner. */
export type Check = (value: string, context: z.RefinementCtx) => void

/** The settings at the top of a study.yaml of the kind, in the order in which they are written. */
export function topSettings({ own, family }: KindSettings): readonly Setting[] {
  return [
    ...own,
    ...settingsFor<Setting>(search, family),
    ...(family === 'model' ? [] : settingsFor<Setting>(training, family)),
    ...settingsFor<Setting>(stopping, family),
  ]
}

/**
 * The schema of study.yaml for a trial kind: exactly the settings that apply to it, with their
 * defaults and descriptions.
 *
 * @param checks by the setting's name
 */
export function studySchema(
  kind: KindSettings,
  checks: Readonly<Record<string, Check>> = {},
): z.ZodObject {
  return groupSchema(topSettings(kind), kind.family, checks)
}

/** `training.lora` as study.yaml has it. */
export const loraSchema = groupSchema(lora, 'model')
/** `training.score` as study.yaml has it. */
export const scoreSchema = groupSchema(score, 'model')
/** `training` as study.yaml has it. */
export const trainingSchema = groupSchema(training, 'model').extend({
  score: scoreSchema.optional().describe('scoring of generated answers'),
  lora: loraSchema.optional().describe('settings of adapters'),
})

/** `training` as a record has it. */
export const trainingRecord = recordSchema(training).extend({
  score: z.exactOptional(recordSchema(score)),
  lora: z.exactOptional(recordSchema(lora)),
})

/** Settings as a record has them: those that are not explicit may be absent, none is assumed. */
export function recordSchema(settings: readonly Setting[], family: Family = 'model'): z.ZodObject {
  return z.object(
    Object.fromEntries(
      settings.map(setting => {
        const schema = settingSchema(setting)
        return [setting.name, isExplicit(setting, family) ? schema : z.exactOptional(schema)]
      }),
    ),
  )
}

function groupSchema(
  settings: readonly Setting[],
  family: Family,
  checks: Readonly<Record<string, Check>> = {},
): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      settings.map(setting => {
        const check = checks[setting.name]
        const plain = settingSchema(setting)
        const schema = check ? (plain as z.ZodString).superRefine(check) : plain
        return [setting.name, withDefault(setting, schema, family).meta(about(setting))]
      }),
    ),
  )
}

function withDefault(setting: Setting, schema: z.ZodType, family: Family): z.ZodType {
  if (setting.required) return schema
  if (!isExplicit(setting, family)) return schema.optional()
  // A prefault goes through the schema, which fills in the defaults inside it.
  return schema.prefault(setting.default as never)
}

function isExplicit({ explicit, required }: Setting, family: Family): boolean {
  return required === true || explicit === true || explicit === family
}

function about({ help, default: value }: Setting): z.GlobalMeta {
  return { description: help.en, ...(value === undefined ? {} : { default: value }) }
}

/** What a value of the setting must satisfy. */
export function settingSchema(setting: Setting): z.ZodType {
  switch (setting.type) {
    case 'int':
      return bounded(z.int(), setting)
    case 'float':
      return bounded(z.number(), setting)
    case 'boolean':
      return z.boolean()
    case 'string':
      return z.string().min(1)
    case 'choice':
      return z.enum(setting.choices as readonly [string, ...string[]])
    case 'list':
      return z.array(z.string().min(1)).min(setting.min ?? 0)
    case 'custom':
      return setting.shape === 'training' ? trainingSchema : shapes[setting.shape]
  }
}

function bounded<T extends z.ZodNumber>(
  schema: T,
  { min, max, exclusiveMin, exclusiveMax }: NumberSetting,
): z.ZodType {
  const above = exclusiveMin ? schema.gt(min) : schema.min(min)
  if (max >= Number.MAX_SAFE_INTEGER) return above
  return exclusiveMax ? above.lt(max) : above.max(max)
}
