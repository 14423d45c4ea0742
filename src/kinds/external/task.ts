import type { UserTask } from '../user-training/task.js'
import type { settings } from './settings.js'

/**
 * A training that happens elsewhere: whoever asks for a trial trains it and tells the result, as
 * the function of an `optimize` call does.
 */
export interface ExternalTask extends UserTask {
  readonly kind: 'external'
}

declare module '../../settings/kind-settings.js' {
  interface KindTables {
    readonly external: typeof settings
  }
}

declare module '../../record/task.js' {
  interface Tasks {
    readonly external: ExternalTask
  }
}
