import type { z } from 'zod'
import { UserError } from '../errors.js'

/** Any schema of the caller's, with the same words for what does not fit. */
export function check<T>(schema: z.ZodType<T>, json: unknown, at: string): T {
  const { error } = schema.safeParse(json)
  if (!error) return json as T
  const issue = deepest(error.issues[0]!)
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  )
  const field = issue.path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
  throw misfit(field === '' ? at : `${at} ${field.replace(/^\./, '')}`, value, expected(issue))
}

type Issue = z.core.$ZodIssue

// Inside a union the first issue of the first member is clearer than "invalid input".
function deepest(issue: Issue): Issue {
  const inner = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined
  return inner ? deepest({ ...inner, path: [...issue.path, ...inner.path] }) : issue
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `of type ${issue.expected}`
    case 'invalid_value':
      return `one of ${issue.values.map(value => JSON.stringify(value)).join(', ')}`
    default:
      return `valid: ${issue.message.replace(/\.$/, '')}`
  }
}

/** A value of a file that is not what it should be. */
export function misfit(at: string, value: unknown, what: string): UserError {
  const shown = value === undefined ? 'is missing, and should be' : `is ${short(value)}, not`
  return new UserError(
    at,
    `${shown} ${what}`,
    'Restore the file from a backup, or delete the study and run it again',
  )
}

function short(value: unknown): string {
  const json = JSON.stringify(value)
  return json.length > 60 ? `${json.slice(0, 57)}...` : json
}
