import { z } from 'zod'
import type { TrialKind } from '../kind.js'
import { definition } from './definition.js'
import { settings } from './settings.js'
import { userTraining } from '../user-training/kind.js'
import { userTask } from '../user-training/task.js'
import type { ModuleTask } from './task.js'

/** A file that exports `train(trial)`. */
export const module: TrialKind<ModuleTask> = {
  ...userTraining,
  name: 'module',
  // More than the grace of its own in train.ts, for code that never gives way to it.
  stopWithin: 15_000,
  settings,
  definition,
  record: z.object({ kind: z.literal('module'), module: z.string(), ...userTask }),
  fixed: task => ({ ...task }),
  describe: ({ module }) => [{ label: { en: 'Module', zh: '模块' }, text: module }],
  async check({ module }) {
    const { checkModuleFile } = await import('./check.js')
    checkModuleFile(module)
    return undefined
  },
  train: () => import('./train.js'),
}
