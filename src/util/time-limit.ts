import { createContext, Script } from 'node:vm'

/** Work that did not end within its limit, and was ended. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
}

const context = createContext({}) as { work?: () => unknown }
const script = new Script('work()')

/**
 * Runs work that may never end, such as an expression or a template from a file: another thread
 * ends it when its time is over.
 *
 * @param milliseconds of wall time
 * @param work synchronous; what it has changed until it is ended stays changed
 * @throws TimeLimitError, and what `work` throws
 */
export function withTimeLimit<T>(milliseconds: number, work: () => T): T {
  context.work = work
  try {
    return script.runInContext(context, { timeout: milliseconds }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new TimeLimitError(`did not end within ${milliseconds / 1000} s`)
  } finally {
    delete context.work
  }
}
