import type { UserTask } from '../user-training/task.js'
import type { settings } from './settings.js'

/** A training of the user's own: any program that prints its metrics. */
export interface CommandTask extends UserTask {
  readonly kind: 'command'
  /** Program and arguments; `{name}` stands for a parameter's value. */
  readonly command: readonly string[]
  /** Absolute path of the folder that it runs in. */
  readonly directory: string
}

declare module '../../settings/kind-settings.js' {
  interface KindTables {
    readonly command: typeof settings
  }
}

declare module '../../record/task.js' {
  interface Tasks {
    readonly command: CommandTask
  }
}
