import { resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { CommandTask } from '../../kinds/command/task.js'
import type { ExternalTask } from '../../kinds/external/task.js'
import type { ModuleTask } from '../../kinds/module/task.js'
import type { StudySpec } from '../../record/study.js'
import type { StudyOutput } from '../../settings/index.js'
import { readOwnParameter, type PlainOwnInput } from '../../settings/own-parameter-input.js'
import { readExtras } from '../../settings/parameter-extras.js'
import { checkSpace, type Space } from '../../space/parameter.js'
import type { Locate } from '../locate.js'
import { checkPlaceholders, commandWords } from './command-words.js'
import { readObjectives } from './objectives.js'
import { parse } from './parse.js'
import { readSearch, type SearchSettings, type StudySettings } from './search-settings.js'

/** Reads the study.yaml of a module. @throws UserError for the first value that does not fit */
export function readModule(
  name: string,
  value: unknown,
  base: string,
  locate: Locate,
): StudySettings {
  const settings = parse('module', value, locate)
  const module = resolve(base, settings.module)
  const task = { kind: 'module' as const, module, ...readTrainingFacts(settings) }
  return readOwn(name, settings, task, locate)
}

/** Reads the study.yaml of a command. @throws UserError for the first value that does not fit */
export function readCommand(
  name: string,
  value: unknown,
  base: string,
  locate: Locate,
): StudySettings {
  const settings = parse('command', value, locate)
  const command = commandWords(settings.command, locate(['command']))
  const directory = resolve(base, settings.directory ?? '.')
  const facts = readTrainingFacts(settings)
  const read = readOwn(name, settings, { kind: 'command', command, directory, ...facts }, locate)
  checkPlaceholders(command, read.spec.space, locate(['command']))
  return read
}

/** Reads the study.yaml of a study whose callers train. @throws UserError as the others do */
export function readExternal(
  name: string,
  value: unknown,
  _base: string,
  locate: Locate,
): StudySettings {
  const settings = parse('external', value, locate)
  const { direction } = settings
  const task = { kind: 'external' as const, ...readTrainingFacts(settings) }
  const { spec, defaults } = readOwn(name, settings, task, locate)
  return { spec: direction === undefined ? spec : { ...spec, direction }, defaults }
}

function readTrainingFacts({
  schedule,
  pausable,
}: Pick<StudyOutput<'external'>, 'schedule' | 'pausable'>): Pick<
  ExternalTask,
  'schedule' | 'pausable'
> {
  return { schedule: schedule ?? null, ...(pausable ? { pausable } : {}) }
}

function readOwn(
  name: string,
  settings: SearchSettings & Pick<StudyOutput<'external'>, 'parameters'>,
  task: ModuleTask | CommandTask | ExternalTask,
  locate: Locate,
): StudySettings {
  const { parameters, objectives, defaults } = settings
  if (parameters['epochs'] === undefined && task.kind !== 'external')
    throw new UserError(
      locate(['parameters', 'epochs']),
      'is missing',
      'State the most epochs that a trial may run: epochs: 10, or a range such as 5..50',
    )
  checkObjectives(objectives, locate)
  const spec: StudySpec = {
    ...readSearch(name, settings, locate),
    ...readObjectives(undefined, objectives, locate),
    space: readParameters(parameters, locate),
    task,
  }
  return { spec, defaults }
}

/** The user's training reports one loss; it can be traded off against its seconds only. */
function checkObjectives(objectives: SearchSettings['objectives'], locate: Locate): void {
  const allowed = ['valLoss', 'seconds']
  const index = objectives?.findIndex((measure, i) => measure !== allowed[i]) ?? -1
  if (index >= 0)
    throw new UserError(
      locate(['objectives', index]),
      `"${objectives![index]}" does not fit`,
      `Use ${allowed[index]}`,
    )
}

function readParameters(parameters: StudyOutput<'external'>['parameters'], locate: Locate): Space {
  return checkSpace(
    Object.entries(parameters).map(([key, input]) => {
      const at = locate(['parameters', key])
      return readExtras<PlainOwnInput>(input as PlainOwnInput, at, plain =>
        readOwnParameter(key, plain, at),
      )
    }),
  )
}
