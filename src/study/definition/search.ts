import { nearest, UserError } from '../../errors.js'
import { directionOf, type Measure, type Objective } from '../../record/objective.js'
import type { StudySpec } from '../../record/study.js'
import { sizeOf } from '../../space/configurations.js'
import { nearestWithin } from '../../space/nearest.js'
import type { Params } from '../../space/parameter.js'
import { checkStudyName } from '../../storage/index.js'
import type { Locate } from './misfit.js'
import { planOf } from '../decision/plan.js'
import { defaultsOf } from './training-defaults.js'

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
      ? { objective: one, direction: directionOf(one) }
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
    direction: directionOf(first),
  }
}

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

/**
 * The study's spec with what its training uses when nothing is searched.
 *
 * @throws UserError where what is stated names no parameter of the study, or leaves one open
 */
export function withDefaults(
  spec: StudySpec,
  stated: Params | undefined,
  locate: Locate,
): StudySpec {
  const names = spec.space.map(({ name }) => name)
  for (const name of Object.keys(stated ?? {})) {
    if (names.includes(name)) continue
    const close = nearest(name, names)
    throw new UserError(
      locate(['defaults', name]),
      'is not searched',
      close ? `Did you mean ${close}?` : `Use ${names.join(', ')}`,
    )
  }
  const defaults = defaultsOf(spec.space, spec.task, stated)
  if (!defaults) return spec
  const { space } = planOf(spec)
  const searched = space.filter(parameter => sizeOf([parameter]) > 1).map(({ name }) => name)
  const open = Object.keys(nearestWithin(space, defaults)).find(
    name => defaults[name] === undefined && searched.includes(name),
  )
  if (open !== undefined)
    throw new UserError(
      locate(['defaults']),
      `say nothing of ${open}`,
      'Give the value that the training has when nothing is searched',
    )
  return { ...spec, defaults }
}
