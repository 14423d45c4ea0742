import type { z } from 'zod'
import { nearest, UserError } from '../../errors.js'
import { lora, score, training } from './schema.js'

/** Turns a path inside a definition into the words an error begins with. */
export type Locate = (path: readonly PropertyKey[]) => string

/** What a schema makes of a value. @throws UserError for the first part of it that does not fit */
export function parse<T>(schema: z.ZodObject & z.ZodType<T>, value: unknown, locate: Locate): T {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw misfit(parsed.error.issues[0]!, Object.keys(schema.shape), locate)
  return parsed.data
}

/** Settings that have settings of their own. */
const nested: Readonly<Record<string, object>> = { lora: lora.shape, score: score.shape }

function misfit(issue: z.core.$ZodIssue, keys: readonly string[], locate: Locate): UserError {
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys
    const known =
      issue.path.length === 0
        ? keys
        : issue.path[0] === 'training'
          ? Object.keys(nested[String(issue.path[1])] ?? training.shape)
          : []
    const close = nearest(key!, known)
    return new UserError(
      locate([...issue.path, key!]),
      'is not a setting',
      close ? `Did you mean ${close}?` : `Use one of ${known.join(', ')}`,
    )
  }
  if (issue.input === undefined) return new UserError(locate(issue.path), 'is missing', 'Add it')
  return new UserError(
    locate(issue.path),
    `${JSON.stringify(issue.input)} does not fit`,
    expected(issue),
  )
}

/** What would have been accepted, as an imperative. */
function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `Give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'something'} ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`
    case 'too_big':
      return `Give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'something'} ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`
    case 'invalid_value':
      return `Use ${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return `Give a ${issue.expected === 'int' ? 'whole number' : issue.expected}`
    default:
      return `Mend it: ${issue.message}`
  }
}
