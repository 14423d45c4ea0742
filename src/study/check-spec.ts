import { nearest, UserError } from '../errors.js'
import type { StudySpec } from '../record/study.js'
import { configurationCount } from '../space/configurations.js'
import { checkConstraints } from '../space/constraint.js'
import { nearestWithin } from '../space/nearest.js'
import { contains, type Params } from '../space/parameter.js'
import { checkPacing } from './decision/pacing.js'
import { trialPlan } from './decision/plan.js'
import { baselineParams } from './definition/training-defaults.js'
import type { Locate } from '../settings/locate.js'

/**
 * Checks that the settings of a study fit each other: pacing, pruner, constraints and initial
 * points against the plan of its trials.
 *
 * @param stated the configuration that the user states as their present one
 * @returns the spec with the defaults that improvements are measured against
 * @throws UserError for the first that does not fit
 */
export function checkSpec(spec: StudySpec, stated: Params | undefined, locate: Locate): StudySpec {
  const { space, pacing } = trialPlan(spec)
  checkPacing(spec, pacing, locate)
  if (spec.objectives && spec.pruner !== undefined)
    throw new UserError(
      locate(['pruner']),
      `is ${spec.pruner}, which compares trials by one objective, and the study has two`,
      'Take it out, or search for one objective',
    )
  checkConstraints(space, spec.constraints ?? [], index => locate(['constraints', index]))
  spec.initialPoints?.forEach((point, index) => {
    const searched = Object.fromEntries(
      Object.entries(point).filter(
        ([name]) => name !== 'epochs' || space.some(parameter => parameter.name === name),
      ),
    )
    if (!contains(space, searched))
      throw new UserError(
        locate(['initialPoints', index]),
        `${JSON.stringify(point)} is not a point of the space`,
        `Give a value within its bounds to each of ${space.map(({ name }) => name).join(', ')}`,
      )
  })
  return withDefaults(spec, stated, locate)
}

/**
 * The study's spec with what its training uses when nothing is searched.
 *
 * @throws UserError where what is stated names no parameter of the study, or leaves one open
 */
function withDefaults(spec: StudySpec, stated: Params | undefined, locate: Locate): StudySpec {
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
  const defaults = baselineParams(spec.space, spec.task, stated)
  if (!defaults) return spec
  const { space } = trialPlan(spec)
  const searched = space
    .filter(parameter => configurationCount([parameter]) > 1)
    .map(({ name }) => name)
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
