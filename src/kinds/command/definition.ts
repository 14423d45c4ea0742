import type { StudyInput } from '../../settings/index.js'
import { resolve } from 'node:path'
import type { KindDefinition } from '../kind.js'
import { nearby } from '../paths.js'
import {
  checkEpochs,
  readUserSearch,
  readUserTask,
  writeUserTraining,
} from '../user-training/definition.js'
import type { CommandTask } from './task.js'
import { checkPlaceholders, commandWords } from './words.js'

/** study.yaml of this kind, as people write it. */
export type CommandDefinition = StudyInput<'command'>

export const definition: KindDefinition<CommandTask> = {
  read(settings, base, locate) {
    const command = commandWords(settings.command, locate(['command']))
    checkEpochs(settings, locate)
    const search = readUserSearch(settings, locate)
    checkPlaceholders(command, search.space, locate(['command']))
    const directory = resolve(base, settings.directory ?? '.')
    return { ...search, task: { kind: 'command', command, directory, ...readUserTask(settings) } }
  },
  write(spec, base) {
    const { command, directory } = spec.task
    return { command, directory: nearby(base, directory) || '.', ...writeUserTraining(spec) }
  },
}
