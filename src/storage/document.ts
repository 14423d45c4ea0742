import { rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Low, type Adapter } from 'lowdb'
import { z } from 'zod'
import { UserError } from '../errors.js'
import { decodeTrial } from '../record/decode.js'
import { check } from '../record/check.js'
import { decodeStudy } from './decode-study.js'
import type { StudyDocument } from '../record/document.js'
import { FORMAT } from '../record/migrate.js'
import { appendLine, parseLine, wholeLines } from './append.js'
import {
  documentDelta,
  encodeDocument,
  isEmpty,
  migrated,
  parseDocument,
  type Delta,
} from './document-format.js'
import { diskError, isMissing, onDisk } from './disk-error.js'
import { documentPath, journalPath } from './paths.js'
import { readRegularFile } from './read-file.js'
import { relocated } from './relocate.js'
import { replaceStudyFile } from './replace-study-file.js'

/**
 * Documents below this size are written whole at each change, larger ones through the journal: one
 * write and flush either way, and up to here rewriting costs no more than appending (64 KiB are
 * about 100 trials).
 */
const WHOLE_BELOW = 64 * 1024

/** A study document as lowdb holds it; `write` puts it on disk. */
export type DocumentDb = Low<StudyDocument> & { fold(): Promise<void> }

/**
 * Opens a study's document for writing; the caller holds the study's lock. An interrupted fold is
 * finished.
 *
 * @throws UserError when the files are damaged
 */
export async function openDocument(
  dir: string,
  initial: (() => StudyDocument) | null,
  wholeBelow = WHOLE_BELOW,
): Promise<DocumentDb | null> {
  const adapter = await journalAdapter(dir, wholeBelow)
  const stored = await adapter.read()
  const first = stored ?? initial?.()
  if (!first) return null
  const db = new Low<StudyDocument>(adapter, first)
  if (!stored) await db.write()
  return Object.assign(db, { fold: () => adapter.fold() })
}

/**
 * Reads a study's document; needs no lock. null when the study has none.
 *
 * @throws UserError when the files are damaged
 */
export async function readDocument(dir: string): Promise<StudyDocument | null> {
  const stored = await load(dir, readBefore.get(dir))
  if (stored) readBefore.set(dir, stored)
  else readBefore.delete(dir)
  return stored && here(stored, dir)
}

function here({ document, folder }: Stored, dir: string): StudyDocument {
  return relocated(document, folder, dir)
}

/** For readers that come again and again, as the page does. */
const readBefore = new Map<string, Stored>()

interface Stored {
  readonly document: StudyDocument
  /** Counts changes; a journal line up to the document's revision is already in it. */
  readonly revision: number
  /** Bytes. */
  readonly documentSize: number
  readonly journalEnd: number
  readonly journalLines: number
  /** Tells the document's file from the one that replaces it. */
  readonly stamp: string | null
  /** The format of the files; an older one is written whole at the next change. */
  readonly format: number
  /** The study's folder when the document was written. */
  readonly folder: string | undefined
}

// What is in them is checked with the document that they make.
const delta_ = z.object({
  revision: z.int(),
  fields: z.record(z.string(), z.unknown()),
  trials: z.array(z.looseObject({ number: z.int().nonnegative() })),
}) as unknown as z.ZodType<Delta>

async function journalAdapter(
  dir: string,
  wholeBelow: number,
): Promise<Adapter<StudyDocument> & { fold(): Promise<void> }> {
  const folder = resolve(dir)
  const loaded = await load(dir)
  let stored = loaded && { ...loaded, document: here(loaded, dir) }

  async function writeWhole(document: StudyDocument, revision: number): Promise<void> {
    const text = encodeDocument(document, { revision, folder })
    // Whatever goes wrong between the two, the journal's lines are known by their revision to be in
    // the document.
    await replaceStudyFile(documentPath(dir), text)
    await onDisk(journalPath(dir), () => rm(journalPath(dir), { force: true }))
    stored = {
      document,
      revision,
      documentSize: Buffer.byteLength(text),
      journalEnd: 0,
      journalLines: 0,
      stamp: null,
      format: FORMAT,
      folder,
    }
  }

  return {
    read: () => Promise.resolve(stored?.document ?? null),
    async write(document) {
      const revision = (stored?.revision ?? 0) + 1
      const delta = stored && documentDelta(stored.document, document, revision)
      if (!stored || !delta) return writeWhole(document, revision)
      if (isEmpty(delta)) return
      const { documentSize, journalEnd, journalLines } = stored
      // Folding when the journal has grown as large as the document makes a change cost O(1) in the
      // number of trials.
      const outdated = stored.format < FORMAT || stored.folder !== folder
      if (outdated || documentSize < wholeBelow || journalEnd > documentSize)
        return writeWhole(document, revision)
      const end = await appendLine(journalPath(dir), journalEnd, JSON.stringify(delta))
      stored = { ...stored, document, revision, journalEnd: end, journalLines: journalLines + 1 }
    },
    async fold() {
      if (stored && stored.journalEnd > 0) await writeWhole(stored.document, stored.revision)
    },
  }
}

/**
 * Reads document and journal. The journal comes first: a fold in between then only makes its lines
 * ones that the document already has.
 *
 * @param previous what an earlier reading gave: when the document is still the same file, only what
 *   has been added is read
 */
async function load(dir: string, previous?: Stored): Promise<Stored | null> {
  const journal = (await readIfThere(journalPath(dir))) ?? Buffer.alloc(0)
  const stamp = await fileStamp(documentPath(dir))
  if (stamp === null) {
    if (journal.length === 0) return null
    throw new UserError(
      documentPath(dir),
      'is missing, while its journal is there',
      'Restore it from a backup, or delete the study and run it again',
    )
  }
  const base =
    previous?.stamp === stamp && previous.journalEnd <= journal.length
      ? previous
      : await loadWhole(dir, stamp)
  return base && applyJournal(base, journal, journalPath(dir))
}

async function loadWhole(dir: string, stamp: string): Promise<Stored | null> {
  const bytes = await readIfThere(documentPath(dir))
  if (!bytes) return null
  const { format, revision, folder, document } = parseDocument(bytes, documentPath(dir))
  return {
    document: decodeStudy(document, documentPath(dir)),
    revision,
    documentSize: bytes.length,
    journalEnd: 0,
    journalLines: 0,
    stamp,
    format,
    folder,
  }
}

function applyJournal(base: Stored, journal: Buffer, path: string): Stored {
  const { lines, end } = wholeLines(journal.subarray(base.journalEnd))
  if (lines.length === 0) return base
  let { document, revision } = base
  const trials = [...document.trials]
  lines.forEach((line, i) => {
    const at = `${path} line ${base.journalLines + i + 1}`
    const delta = migrated(check(delta_, parseLine(line, at), at), base.format)
    if (delta.revision <= base.revision) return
    if (delta.revision !== revision + 1) {
      throw new UserError(
        at,
        `is change ${delta.revision}, and ${revision + 1} is missing`,
        'Restore the study from a backup',
      )
    }
    revision = delta.revision
    document = { ...document, ...delta.fields }
    for (const trial of delta.trials) {
      if (trial.number > trials.length)
        throw new UserError(
          at,
          `has trial ${trial.number}, and there are ${trials.length}`,
          'Restore the study from a backup',
        )
      trials[trial.number] = decodeTrial(trial, at)
    }
  })
  decodeStudy({ ...document, trials: [] }, path)
  const journalLines = base.journalLines + lines.length
  return {
    ...base,
    document: { ...document, trials },
    revision,
    journalEnd: base.journalEnd + end,
    journalLines,
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readRegularFile(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw diskError(path, error)
  }
}

async function fileStamp(path: string): Promise<string | null> {
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch (error) {
    if (isMissing(error)) return null
    throw diskError(path, error)
  }
}
