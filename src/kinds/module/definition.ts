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
import type { ModuleTask } from './task.js'

/** study.yaml of this kind, as people write it. */
export type ModuleDefinition = StudyInput<'module'>

export const definition: KindDefinition<ModuleTask> = {
  read(settings, base, locate) {
    checkEpochs(settings, locate)
    const module = resolve(base, settings.module)
    return {
      ...readUserSearch(settings, locate),
      task: { kind: 'module', module, ...readUserTask(settings) },
    }
  },
  write: (spec, base) => ({
    module: nearby(base, spec.task.module),
    ...writeUserTraining(spec),
  }),
}
