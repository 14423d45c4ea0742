import type { FinetuneTask } from '../../record/study.js'
import type { Task } from '../../record/task.js'
import type { settings } from './settings.js'

declare module '../../settings/kind-settings.js' {
  interface KindTables {
    readonly finetune: typeof settings
  }
}

declare module '../../record/task.js' {
  interface Tasks {
    readonly finetune: FinetuneTask
  }
}

export function isFinetune(task: Task): task is FinetuneTask {
  return task.kind === 'finetune'
}

export type { FinetuneTask }
