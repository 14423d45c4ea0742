import { UserError } from '../errors.js'

/** An error as data. */
export type SerializedError =
  | {
      readonly kind: 'user'
      readonly subject: string
      readonly problem: string
      readonly remedy: string
    }
  | {
      readonly kind: 'bug'
      readonly name: string
      readonly message: string
      readonly stack: string | null
      readonly code: string | null
      readonly output?: string
    }

export function serializeError(error: unknown): SerializedError {
  // Not instanceof: a user's module may have its own copy of the class.
  const { name, subject, problem, remedy } = (error ?? {}) as Partial<UserError>
  if (
    name === 'UserError' &&
    typeof subject === 'string' &&
    typeof problem === 'string' &&
    typeof remedy === 'string'
  ) {
    return { kind: 'user', subject, problem, remedy }
  }
  if (!(error instanceof Error))
    return { kind: 'bug', name: 'Error', message: String(error), stack: null, code: null }
  const { code, output } = error as NodeJS.ErrnoException & { readonly output?: unknown }
  return {
    ...(typeof output === 'string' ? { output } : {}),
    kind: 'bug',
    name: error.name,
    message: error.message,
    stack: error.stack ?? null,
    code: typeof code === 'string' ? code : null,
  }
}

export function deserializeError(wire: SerializedError): Error {
  if (wire.kind === 'user') return new UserError(wire.subject, wire.problem, wire.remedy)
  const error = new Error(wire.message)
  error.name = wire.name
  if (wire.stack !== null) error.stack = wire.stack
  const { code, output } = wire
  return Object.assign(error, code === null ? {} : { code }, output === undefined ? {} : { output })
}
