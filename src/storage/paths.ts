import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { checkStudyName } from './ids.js'

/** @throws UserError when the name is not one that a folder may have */
export function studyDir(root: string, name: string): string {
  return join(resolve(root), checkStudyName(name))
}

export function studyName(dir: string): string {
  return basename(resolve(dir))
}

/** What the user asked for. */
export function definitionPath(dir: string): string {
  return join(dir, 'study.yaml')
}

/** JSON Schema of study.yaml, for editors; the file's first line names it. */
export function schemaPath(dir: string): string {
  return join(dir, 'study.schema.json')
}

/**
 * The study document; with `journalPath`'s lines applied to it, everything about the study but its
 * curves.
 */
export function documentPath(dir: string): string {
  return join(dir, 'study.json')
}

/** Changes not folded into the document yet, one a line. */
export function journalPath(dir: string): string {
  return join(dir, 'journal.jsonl')
}

/** Who runs the study now, for managers on other machines. */
export function holderPath(dir: string): string {
  return join(dir, 'study.json.holder')
}

/** Where the manager listens for requests of other processes while it runs. */
export function controlDir(dir: string): string {
  return join(dir, 'control')
}

/** What device hosts printed; with several devices, beside it one file each: `host-cuda-0.log`. */
export function hostLogPath(dir: string): string {
  return join(dir, 'host.log')
}

export function exportDir(dir: string): string {
  return join(dir, 'export')
}

export function trialsDir(dir: string): string {
  return join(dir, 'trials')
}

export function trialDir(dir: string, trial: number): string {
  return join(trialsDir(dir), String(trial))
}

export function metricsPath(dir: string, trial: number): string {
  return join(trialDir(dir, trial), 'metrics.jsonl')
}

/** What a finalist loses on each example of the validation and the test split. */
export function measuredPath(dir: string, trial: number): string {
  return join(trialDir(dir, trial), 'measured.json')
}

/** Where a further training of a trial's configuration keeps its checkpoints while it runs. */
export function retrainingDir(dir: string, trial: number, seed: number): string {
  return join(trialDir(dir, trial), `retraining-${seed}`)
}

/** Where one attempt at a trial keeps its checkpoints: `best/`, `best-COUNT/` and `last/`. */
export function checkpointDir(dir: string, trial: number, attempt: number): string {
  return join(trialDir(dir, trial), 'checkpoint', `attempt-${attempt}`)
}

/** Checkpoint folders on disk of one trial, in order of attempt. */
export function attemptCheckpoints(dir: string, trial: number): readonly string[] {
  const parent = join(trialDir(dir, trial), 'checkpoint')
  let names: string[]
  try {
    names = readdirSync(parent)
  } catch {
    return []
  }
  return names
    .flatMap(name => /^attempt-([1-9]\d*)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map(attempt => checkpointDir(dir, trial, attempt))
}

/** Names in a study's folder that a run makes; with the definition, all that belongs to `tune`. */
export function isOwn(name: string): boolean {
  return OWN_NAMES.some(pattern => pattern.test(name))
}

/** The socket in a study's folder by which its manager holds it. */
export const LOCK_NAME = '.lock'

const OWN_NAMES = [
  /^study\.(yaml|schema\.json|json(\..*)?)$/,
  /^(journal\.jsonl|control|trials|\.lock)$/,
  /^export(\..*)?$/,
  /^host(-[A-Za-z0-9-]+)?\.log$/,
]
