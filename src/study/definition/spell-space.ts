import type { TrialKind } from '../../kinds/index.js'
import type { Locate } from '../../settings/locate.js'
import { topSettings } from '../../settings/schema.js'
import { spellParameter } from '../../settings/spelling/index.js'

/**
 * A definition with its search space in our spelling, before the schema checks it.
 *
 * @throws UserError for a parameter that cannot be read in one way
 */
export function spellSpace(value: unknown, { settings }: TrialKind, locate: Locate): unknown {
  if (!isObject(value)) return value
  const key = topSettings(settings).find(
    setting =>
      setting.type === 'custom' && (setting.shape === 'space' || setting.shape === 'parameters'),
  )?.name
  const space = key === undefined ? undefined : value[key]
  if (key === undefined || !isObject(space)) return value
  const entries = Object.entries(space).map(([name, input]) => [
    name,
    spellParameter(input, locate([key, name]), settings.family),
  ])
  return { ...value, [key]: Object.fromEntries(entries) as unknown }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
