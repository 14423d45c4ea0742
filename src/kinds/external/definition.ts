import type { StudyInput } from '../../settings/index.js'
import type { KindDefinition } from '../kind.js'
import { readUserSearch, readUserTask, writeUserTraining } from '../user-training/definition.js'
import type { ExternalTask } from './task.js'

/** study.yaml of this kind, as people write it. */
export type ExternalDefinition = StudyInput<'external'>

export const definition: KindDefinition<ExternalTask> = {
  read(settings, _base, locate) {
    const search = readUserSearch(settings, locate)
    const { direction = search.direction } = settings
    return { ...search, direction, task: { kind: 'external', ...readUserTask(settings) } }
  },
  write: spec => ({ external: true, ...writeUserTraining(spec) }),
}
