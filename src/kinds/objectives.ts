import { UserError } from '../errors.js'
import { objectiveDirection } from '../record/objective.js'
import type { StudySpec } from '../record/study.js'
import type { Measure, Objective } from '../settings/index.js'
import type { Locate } from '../settings/locate.js'

/**
 * What trials are compared by: one objective, or two of which the first ranks them.
 *
 * @throws UserError where they don't go together
 */
export function readObjectives(
  one: Objective | undefined,
  two: readonly [Measure, Measure] | undefined,
  locate: Locate,
): Pick<StudySpec, 'objective' | 'objectives'> & { readonly direction: StudySpec['direction'] } {
  if (!two)
    return one && one !== 'valLoss'
      ? { objective: one, direction: objectiveDirection(one) }
      : { direction: 'minimize' }
  const [first, second] = two
  if (one !== undefined && one !== first)
    throw new UserError(
      locate(['objective']),
      `is ${one}, and the first of the objectives is ${first}`,
      'Take objective out: the first of the two ranks the trials',
    )
  if (first === 'seconds')
    throw new UserError(
      locate(['objectives', 0]),
      'is seconds, and trials are ranked by the first of the two',
      `Write it second: [${second}, seconds]`,
    )
  if (first === second)
    throw new UserError(
      locate(['objectives', 1]),
      `is ${first} as well`,
      'Name two that differ, such as [valLoss, seconds]',
    )
  return {
    ...(first === 'valLoss' ? {} : { objective: first }),
    objectives: two,
    direction: objectiveDirection(first),
  }
}
