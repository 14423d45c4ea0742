import type { UserTask } from '../user-training/task.js'
import type { settings } from './settings.js'

/** A training of the user's own, written as a module that runs in a slot. */
export interface ModuleTask extends UserTask {
  readonly kind: 'module'
  /** Absolute path of the file that exports `train`. */
  readonly module: string
}

declare module '../../settings/kind-settings.js' {
  interface KindTables {
    readonly module: typeof settings
  }
}

declare module '../../record/task.js' {
  interface Tasks {
    readonly module: ModuleTask
  }
}
