import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import type { Task } from '../../record/task.js'
import type { Params, Space } from '../../space/parameter.js'

/**
 * The settings that a study's gains are measured against, one for each parameter that is searched:
 * what was stated, else the study's own training settings, else the built-in ones.
 *
 * @param stated under `defaults`
 * @returns undefined for a training of the user's own of which nothing is stated: only its author
 *   knows its defaults
 */
export function baselineParams(
  space: Space,
  task: Task,
  stated: Params | undefined,
): Params | undefined {
  const builtIn = trialKind(task).defaults(task)
  if (builtIn === null) return stated
  return Object.fromEntries(
    space.flatMap(({ name }) => {
      const value = stated?.[name] ?? builtIn[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** The way back: those that study.yaml has to state. */
export function statedDefaults({ defaults, space, task }: StudySpec): Params | undefined {
  const built = baselineParams(space, task, undefined)
  if (!defaults || !built) return defaults
  const stated = Object.entries(defaults).filter(([name, value]) => built[name] !== value)
  return stated.length > 0 ? Object.fromEntries(stated) : undefined
}
