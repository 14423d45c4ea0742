import type { z } from 'zod'
import { nearest, UserError } from '../../errors.js'
import { kinds } from '../../kinds/index.js'
import type { StudyOutput, TrialKindName } from '../../settings/index.js'
import type { Locate } from '../../settings/locate.js'
import { definitionSchema } from './schema.js'
import { SETTINGS } from './settings.js'

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
  if (issue.input === undefined) return new UserError(at, 'is missing', 'Add it')
  return new UserError(at, `${JSON.stringify(issue.input)} does not fit`, expected(issue))
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
function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return limit(issue.origin, issue.inclusive ? 'of at least' : 'above', issue.minimum)
    case 'too_big':
      return limit(issue.origin, issue.inclusive ? 'of at most' : 'below', issue.maximum)
    case 'invalid_value':
      return `Use ${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return `Give a ${issue.expected === 'int' ? 'whole number' : issue.expected}`
    default:
      return `Mend it: ${issue.message}`
  }
}

function limit(origin: string, relation: string, bound: number | bigint): string {
  const isNumber = origin === 'number' || origin === 'int'
  return `Give ${isNumber ? 'a number' : 'something'} ${relation} ${bound}`
}
