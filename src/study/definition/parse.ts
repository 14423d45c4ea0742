import type { z } from 'zod'
import { nearest, UserError } from '../../errors.js'
import { kinds } from '../../kinds/index.js'
import type { Setting, StudyOutput, TrialKindName } from '../../settings/index.js'
import { expectedValue } from '../../settings/bounds.js'
import type { Locate } from '../../settings/locate.js'
import { definitionSchema } from './schema.js'
import { belongsTo, SETTINGS } from './settings.js'

/** Characters of a value that an error quotes. */
const LONGEST = 80

/**
 * Reads study.yaml of a trial kind and fills in defaults.
 *
 * @throws UserError for the first value that does not fit, and for every setting that the kind does
 *   not have
 */
export function parse<K extends TrialKindName>(
  kind: K,
  value: unknown,
  locate: Locate,
): StudyOutput<K> {
  const schema = definitionSchema(kind)
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw misfit(kind, parsed.error.issues[0]!, locate)
  return parsed.data
}

function misfit(kind: TrialKindName, issue: z.core.$ZodIssue, locate: Locate): UserError {
  const at = locate(issue.path)
  if (issue.code === 'unrecognized_keys')
    return unknownKey(kind, issue.path, issue.keys[0]!, locate)
  const setting = settingAt(kind, issue.path)
  if (issue.input === undefined)
    return new UserError(at, 'is missing', setting ? `Give ${expectedValue(setting)}` : 'Add it')
  const problem = `${shown(issue.input)} does not fit`
  // The check of a strategy's text states both.
  if (issue.code === 'custom' && issue.params)
    return new UserError(at, `${problem}: ${issue.message}`, String(issue.params['remedy']))
  return new UserError(at, problem, expected(setting, issue.path))
}

/** The setting that a path leads into; undefined for the file and for a group of settings. */
function settingAt(kind: TrialKindName, path: readonly PropertyKey[]): Setting | undefined {
  const own = kinds[kind].settings
  // The range of a searched setting is of the space.
  if (path[0] === 'space') path = ['space']
  return SETTINGS.find(
    placed =>
      belongsTo(placed, own) &&
      [...(own.family === 'user' ? [] : placed.group), placed.setting.name].every(
        (key, i) => path[i] === key,
      ),
  )?.setting
}

function shown(input: unknown): string {
  const text =
    typeof input === 'number' || typeof input === 'bigint' ? String(input) : JSON.stringify(input)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** A key that the kind does not have: of another kind, or of none. */
function unknownKey(
  kind: TrialKindName,
  path: readonly PropertyKey[],
  key: string,
  locate: Locate,
): UserError {
  const at = locate([...path, key])
  const names = keysAt(kind, path)
  if (path.length === 0 && SETTINGS.some(({ setting }) => setting.name === key))
    return new UserError(at, `does not apply to ${kinds[kind].settings.noun}`, 'Take it out')
  const close = nearest(key, names)
  return new UserError(
    at,
    'is not a setting',
    close ? `Did you mean ${close}?` : `Use one of ${names.join(', ')}`,
  )
}

/** The keys that a study.yaml of the kind may have at a place: at the top, or in `training`. */
function keysAt(kind: TrialKindName, path: readonly PropertyKey[]): readonly string[] {
  let schema: z.ZodType | undefined = definitionSchema(kind)
  for (const key of path) schema = (objectFields(schema) as Record<PropertyKey, z.ZodType>)[key]
  return Object.keys(objectFields(schema))
}

/** The fields of an object's schema, whatever it is wrapped in. */
function objectFields(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  const { def } = (schema ?? { def: {} }) as { def: { innerType?: z.ZodType; shape?: object } }
  if (def.innerType) return objectFields(def.innerType)
  return (def.shape ?? {}) as Readonly<Record<string, z.ZodType>>
}

/** What would have been accepted, as an imperative. */
function expected(setting: Setting | undefined, path: readonly PropertyKey[]): string {
  if (setting?.type === 'choice') return `Use ${setting.choices.join(', ')}`
  if (setting) return `Give ${expectedValue(setting)}`
  if (path.length === 0) return 'Write keys with values, one a line, such as trials: 12'
  return 'Write keys with values, such as { schedule: cosine }'
}
