import { UserError } from '../../errors.js'
import { parameterName, type KindSettings } from '../../settings/index.js'
import { parseChoice } from '../../settings/own-parameter-input.js'
import { FLAGS, type SettingFlag } from './flags.js'
import { kindSettings } from './settings.js'

/** The values of the flags of `tune study create`, by the names that commander gives them. */
export type FlagValues = Readonly<Record<string, unknown>>

/**
 * The definition of a study that flags ask for, as study.yaml would have it.
 *
 * @throws UserError for a flag that does not apply to the kind of study
 */
export function flagDefinition(values: FlagValues): Readonly<Record<string, unknown>> {
  const kind = statedKind(values)
  const stated = FLAGS.filter(flag => values[flagKey(flag)] !== undefined)
  for (const flag of stated) checkApplies(flag, kind)
  const definition: Record<string, unknown> = kind.family === 'model' ? {} : { parameters: {} }
  for (const flag of stated) {
    const { path, value } = placed(flag, values[flagKey(flag)], kind)
    put(definition, path, value)
  }
  return definition
}

/** The name of a flag's value: `lora-rank` → `loraRank`. */
function flagKey({ name }: SettingFlag): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The kind whose key is stated; without one, the first. */
function statedKind(values: FlagValues): KindSettings {
  return kindSettings.findLast(({ key }) => values[key] !== undefined) ?? kindSettings[0]!
}

function checkApplies(flag: SettingFlag, kind: KindSettings): void {
  // Two kinds at once are refused by what reads the definition.
  const isKey = kindSettings.some(({ key }) => key === flag.setting.name)
  if (flag.kinds.includes(kind) || isKey) return
  throw new UserError(`--${flag.name}`, `does not apply to ${kind.noun}`, remedy(flag, kind))
}

function remedy(flag: SettingFlag, { family }: KindSettings): string {
  if (family === 'user')
    return flag.searches
      ? `Leave it out, or declare a parameter: --param ${parameterName(flag.setting)}=LOW..HIGH`
      : 'Leave it out'
  return `Leave it out, or give ${flag.kinds.map(({ key }) => `--${key}`).join(' or ')}`
}

/** Where in the definition the value of a flag goes. */
function placed(
  flag: SettingFlag,
  value: unknown,
  { family }: KindSettings,
): { readonly path: readonly string[]; readonly value: unknown } {
  const { setting, group, searches } = flag
  const own = family === 'user'
  if (searches) return { path: [own ? 'parameters' : 'space', parameterName(setting)], value }
  if (setting.name === 'parameters') return { path: ['parameters'], value: ranges(value) }
  if (setting.name === 'defaults') return { path: ['defaults'], value: point(value) }
  return { path: [...(own ? [] : group), setting.name], value }
}

/** Sets a value; objects at the same place are merged. */
function put(target: Record<string, unknown>, [key, ...inner]: readonly string[], value: unknown) {
  if (inner.length > 0) {
    target[key!] ??= {}
    put(target[key!] as Record<string, unknown>, inner, value)
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    target[key!] = { ...(target[key!] as object | undefined), ...value }
  else target[key!] = value
}

function ranges(texts: unknown): Record<string, string> {
  return Object.fromEntries(
    (texts as readonly string[]).map(text =>
      assignment(text, '--param', 'range', 'width=16..256, or activation=relu,gelu'),
    ),
  )
}

function point(texts: unknown): Record<string, unknown> {
  return Object.fromEntries(
    (texts as readonly string[])
      .map(text => assignment(text, '--default', 'value', 'learningRate=5e-5'))
      .map(([name, value]) => [name, parseChoice(value)]),
  )
}

function assignment(text: string, flag: string, value: string, example: string): [string, string] {
  const [, name, right] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined || right === undefined)
    throw new UserError(`${flag} ${text}`, `is not name=${value}`, `Write it as ${example}`)
  return [name.trim(), right.trim()]
}
