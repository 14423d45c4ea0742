import colors from 'picocolors'
import { UserError } from '../errors.js'

/**
 * Prints an error to standard error. A user error is one line with its remedy; anything else is a
 * bug and keeps its stack.
 *
 * @returns the exit code
 */
export function complain(error: unknown): number {
  if (error instanceof UserError) {
    console.error(
      (
        `${colors.red('error')} ${colors.bold(error.subject)}: ${error.problem}.\n      ` +
        `${error.remedy}.`
      )
        .replaceAll('?.', '?')
        .replaceAll('..\n', '.\n'),
    )
    return 1
  }
  console.error(colors.red('This is a bug in tune:'))
  console.error(error instanceof Error ? error.stack : error)
  return 70
}
