import { UserError } from '../../errors.js'
import type { Task } from '../../record/task.js'
import type { StudyOutput } from '../../settings/index.js'
import {
  readOwnParameter,
  writeOwnParameter,
  type PlainOwnInput,
} from '../../settings/own-parameter-input.js'
import { readExtras, writeExtras } from '../../settings/parameter-extras.js'
import { checkSpace, type Space } from '../../space/parameter.js'
import type { Locate } from '../../settings/locate.js'
import { optional } from '../../util/optional.js'
import type { DefinedTask } from '../kind.js'
import { readObjectives } from '../objectives.js'
import type { UserTask } from './task.js'

/** Settings of every training that a user brings. */
export type UserSettings = Pick<
  StudyOutput<'module'>,
  'schedule' | 'pausable' | 'parameters' | 'objectives'
>

/** Reads the fields that the tasks of all such trainings have. */
export function readUserTask({ schedule, pausable }: UserSettings): UserTask {
  return { schedule: schedule ?? null, ...optional({ pausable: pausable || undefined }) }
}

/** @throws UserError for the first value that does not fit */
export function readUserSearch(
  { parameters, objectives }: UserSettings,
  locate: Locate,
): Omit<DefinedTask<Task>, 'task'> {
  checkObjectives(objectives, locate)
  return {
    ...readObjectives(undefined, objectives, locate),
    space: readParameters(parameters, locate),
  }
}

/** @throws UserError if study.yaml does not say how many epochs a trial may run */
export function checkEpochs({ parameters }: UserSettings, locate: Locate): void {
  if (parameters['epochs'] === undefined)
    throw new UserError(
      locate(['parameters', 'epochs']),
      'is missing',
      'State the most epochs that a trial may run: epochs: 10, or a range such as 5..50',
    )
}

/** The way back: settings by their name. */
export function writeUserTraining({
  task: { pausable, schedule },
  space,
}: DefinedTask<Task & UserTask>): Readonly<Record<string, unknown>> {
  return {
    pausable,
    schedule: schedule ?? undefined,
    parameters: Object.fromEntries(
      space.map(each => [each.name, writeExtras(each, writeOwnParameter(each))]),
    ),
  }
}

/** The user's training reports one loss; it can be traded off against its seconds only. */
function checkObjectives(objectives: UserSettings['objectives'], locate: Locate): void {
  const allowed = ['valLoss', 'seconds']
  const index = objectives?.findIndex((measure, i) => measure !== allowed[i]) ?? -1
  if (index >= 0)
    throw new UserError(
      locate(['objectives', index]),
      `"${objectives![index]}" does not fit`,
      `Use ${allowed[index]}`,
    )
}

function readParameters(parameters: UserSettings['parameters'], locate: Locate): Space {
  return checkSpace(
    Object.entries(parameters).map(([key, input]) => {
      const at = locate(['parameters', key])
      return readExtras<PlainOwnInput>(input as PlainOwnInput, at, plain =>
        readOwnParameter(key, plain, at),
      )
    }),
  )
}
