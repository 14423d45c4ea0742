import colors from 'picocolors'
import { UserError } from '../errors.js'
import { printError } from './print.js'
import { visibleText } from '../util/terminal-text.js'

/**
 * Prints an error to standard error. A user error is one line with its remedy; anything else is a
 * bug and keeps its stack.
 *
 * @returns the exit code
 */
export function complain(error: unknown): number {
  if (error instanceof UserError) {
    const [subject, problem, remedy] = [error.subject, error.problem, error.remedy].map(visibleText)
    printError(
      (`${colors.red('error')} ${colors.bold(subject!)}: ${problem}.\n      ` + `${remedy}.`)
        .replaceAll('?.', '?')
        .replaceAll('..\n', '.\n'),
    )
    return 1
  }
  printError(colors.red('This is a bug in tune:'))
  printError(error instanceof Error ? String(error.stack) : String(error))
  return 70
}
