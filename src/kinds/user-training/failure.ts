import type { UserError } from '../../errors.js'

/** A user's own training broke off. `output` is what it had to say last. */
export class TrainingFailed extends Error {
  override readonly name = 'TrainingFailed'

  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message)
  }
}

/** The part of an error that a trial's record keeps beside its message. */
export function errorOutput(error: unknown): { readonly output?: string } {
  const { output } = error as Partial<TrainingFailed>
  return typeof output === 'string' && output !== '' ? { output } : {}
}

/**
 * What `train` threw, in a line that names it, with the stack as output. Mistakes that are put into
 * words already stay as they are.
 */
export function describeThrown(error: unknown): Error {
  if ((error as Partial<UserError> | null)?.name === 'UserError') return error as Error
  if (!(error instanceof Error))
    return new TrainingFailed(`train(trial) threw ${String(error)}`, '')
  return new TrainingFailed(
    `train(trial) threw ${error.name}: ${error.message.split('\n')[0]}`,
    error.stack ?? '',
  )
}
