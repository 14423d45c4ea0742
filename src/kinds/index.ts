import { z } from 'zod'
import { check } from '../record/check.js'
import type { StudyDocument } from '../record/document.js'
import type { Task, Tasks } from '../record/task.js'
import { command } from './command/kind.js'
import { external } from './external/kind.js'
import { finetune } from './finetune/kind.js'
import type { TrialKind } from './kind.js'
import { module } from './module/kind.js'

export type {
  ExportRequest,
  Exported,
  Fact,
  LanguageModel,
  Trainer,
  TrialKind,
  WorkerOptions,
} from './kind.js'

/** Every kind of trial. */
export const kinds: { readonly [K in keyof Tasks]: TrialKind<Tasks[K]> } = {
  finetune,
  module,
  command,
  external,
}

/** The kind of a task. Its methods take that task. */
export function trialKind<T extends Task>(task: T): TrialKind<T> {
  return kinds[task.kind] as unknown as TrialKind<T>
}

/**
 * Checks the task of a study's record, which `decodeDocument` leaves unchecked.
 *
 * @param at where the record came from: `studies/llama/study.json`
 * @throws UserError naming file and field
 */
export function checkTask(document: StudyDocument, at: string): void {
  const kind = z.enum(Object.keys(kinds) as Task['kind'][])
  const inTask = (task: z.ZodType) => z.object({ spec: z.object({ task }) })
  check(inTask(z.object({ kind })), document, at)
  check(inTask(trialKind(document.spec.task).record), document, at)
}
