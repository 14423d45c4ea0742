import { UserError } from '../errors.js'
import type { StudyDocument } from '../record/document.js'
import { FORMAT, migrateDocument, migrateFields, migrateTrial } from '../record/migrate.js'
import type { TrialRecord } from '../record/trial.js'
import { decodeStudy } from './decode-study.js'

/** One line of the journal: the fields and trials that a change touched. */
export interface Delta {
  readonly revision: number
  readonly fields: Partial<Omit<StudyDocument, 'trials'>>
  readonly trials: readonly TrialRecord[]
}

export function parseDocument(
  bytes: Buffer,
  path: string,
): {
  readonly format: number
  readonly revision: number
  /** The study's folder when the file was written; undefined in those of earlier versions. */
  readonly folder: string | undefined
  readonly document: { readonly trials: readonly TrialRecord[] }
} {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    const remedy = 'Restore it from a backup, or delete the study and run it again'
    throw new UserError(path, `is not JSON: ${(error as Error).message}`, remedy)
  }
  const { format, trials, revision } = (json ?? {}) as Record<string, unknown>
  if (typeof format === 'number' && format > FORMAT)
    throw new UserError(path, `has format ${format}, of a later version of tune`, 'Update tune')
  // Without a list of trials there is nothing to apply a journal to: the decoder says what is there
  // instead.
  if (!Array.isArray(trials)) decodeStudy(json, path)
  // A document written by hand has no revision.
  const { revision: _, folder, ...document } = json as Record<string, unknown>
  return {
    format: typeof format === 'number' ? format : FORMAT,
    revision: typeof revision === 'number' ? revision : 0,
    folder: typeof folder === 'string' ? folder : undefined,
    document: (format === 1 ? migrateDocument(document) : document) as {
      trials: readonly TrialRecord[]
    },
  }
}

export function migrated(delta: Delta, format: number): Delta {
  if (format === FORMAT) return delta
  const { revision, fields, trials } = delta
  return {
    revision,
    fields: migrateFields(fields as Readonly<Record<string, unknown>>),
    trials: trials.map(trial => migrateTrial(trial as unknown as Record<string, unknown>)),
  } as unknown as Delta
}

/** null when the change cannot be told as a delta. */
export function documentDelta(
  before: StudyDocument,
  after: StudyDocument,
  revision: number,
): Delta | null {
  if (after.trials.length < before.trials.length) return null
  const names = Object.keys(after) as (keyof StudyDocument)[]
  if (Object.keys(before).some(name => !(name in after))) return null
  const changed = names.filter(
    name =>
      name !== 'trials' &&
      after[name] !== before[name] &&
      JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  )
  return {
    revision,
    fields: Object.fromEntries(changed.map(name => [name, after[name]])),
    trials: after.trials.filter(
      (trial, i) =>
        trial !== before.trials[i] && JSON.stringify(trial) !== JSON.stringify(before.trials[i]),
    ),
  }
}

export function isEmpty({ fields, trials }: Delta): boolean {
  return trials.length === 0 && Object.keys(fields).length === 0
}

// A trial a line: people can read it, and `diff` shows which trials a run has changed.
export function encodeDocument(
  document: StudyDocument,
  { revision, folder }: { readonly revision: number; readonly folder: string },
): string {
  const { trials, ...rest } = document
  const fields = Object.entries({ ...rest, revision, folder }).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  )
  const list =
    trials.length === 0
      ? '[]'
      : `[\n${trials.map(trial => `    ${JSON.stringify(trial)}`).join(',\n')}\n  ]`
  return `{\n${[...fields, `  "trials": ${list}`].join(',\n')}\n}\n`
}
