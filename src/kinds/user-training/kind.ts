import type { Task } from '../../record/task.js'
import type { TrialKind } from '../kind.js'
import { savedFiles } from './export.js'
import type { UserTask } from './task.js'

/** What all trainings that a user brings have in common. */
export const userTraining = {
  unit: null,
  schedule: ({ schedule }) => schedule,
  isPrefix: () => true,
  pausable: ({ pausable }) => pausable === true,
  defaults: () => null,
  describeSettings: () => [],
  export: savedFiles,
} satisfies Partial<TrialKind<Task & UserTask>>
