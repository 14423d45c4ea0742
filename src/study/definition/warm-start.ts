import { UserError } from '../../errors.js'
import type { StudySpec } from '../../record/study.js'
import { checkStudyName } from '../../storage/index.js'
import type { Locate } from '../../settings/locate.js'

/**
 * Names of the studies to learn from. @throws UserError where one can't be the name of another
 * study
 */
export function readWarmStart(
  name: string,
  warmStart: string | readonly string[] | undefined,
  locate: Locate,
): Pick<StudySpec, 'warmStart'> {
  const names = [...new Set([warmStart ?? []].flat())]
  for (const [index, each] of names.entries()) {
    const at = locate(typeof warmStart === 'string' ? ['warmStart'] : ['warmStart', index])
    if (each === name)
      throw new UserError(
        at,
        'is this study itself',
        'Name an earlier one; a study goes on from its own trials anyway',
      )
    try {
      checkStudyName(each)
    } catch (error) {
      throw error instanceof UserError ? new UserError(at, error.problem, error.remedy) : error
    }
  }
  return names.length > 0 ? { warmStart: names } : {}
}
