import { resolve } from 'node:path'
import {
  reportWords,
  studyStateKey,
  studySummary,
  studyView,
  type Language,
  type StudyView,
} from '../report/index.js'
import * as storage from '../storage/index.js'
import { studyDir } from '../storage/paths.js'

interface Named {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
}

/** One line of the list of studies. */
export interface StudyRow {
  readonly name: string
  readonly dir: string
  /** `new`, `running`, `interrupted`, `stopped`, `complete`, `failed`, `damaged`. */
  readonly state: string
  readonly finished: number
  /** How many trials it may have; null before its first run. */
  readonly trials: number | null
  /** Lowest validation loss so far, nats per token. */
  readonly best: number | null
  /** What is wrong with its files. */
  readonly error: string | null
}

/**
 * Lists all studies of a folder.
 *
 * @example
 * for (const { name, state } of await listStudies()) console.log(name, state)
 */
export async function listStudies({
  studies = 'studies',
}: { readonly studies?: string | undefined } = {}): Promise<readonly StudyRow[]> {
  return (await storage.listStudies(resolve(studies))).map(studyRow)
}

/**
 * Everything about a study, in the shape that `tune study show --json` prints.
 *
 * @throws UserError when there is no such study, or its files are damaged
 */
export async function showStudy({
  name,
  studies = 'studies',
  language = 'en',
}: Named & { readonly language?: Language }): Promise<StudyView> {
  return studyView(await storage.readStudy(studyDir(resolve(studies), name)), language)
}

/** Asks the process that runs the study to stop in good order. @returns false when none does */
export async function stopStudy({ name, studies = 'studies' }: Named): Promise<boolean> {
  const dir = studyDir(resolve(studies), name)
  await storage.readStudy(dir)
  return storage.requestStop(dir)
}

/**
 * Deletes a study with its trials and its export.
 *
 * @example
 * await createStudy({ name: 'old', external: true, parameters: { lr: '1e-5..1e-1' } })
 * await deleteStudy({ name: 'old' })
 *
 * @throws UserError while a process runs it
 */
export async function deleteStudy({ name, studies = 'studies' }: Named): Promise<void> {
  await storage.deleteStudy(studyDir(resolve(studies), name))
}

function studyRow(listing: storage.StudyListing): StudyRow {
  const { name, dir, live } = listing
  const row = { name, dir, finished: 0, trials: null, best: null, error: null }
  switch (listing.status) {
    case 'new':
      return { ...row, state: 'new' }
    case 'damaged':
      return { ...row, state: 'damaged', error: listing.error.message }
    case 'ready': {
      const { state, progress, best } = studySummary(
        studyView({ document: listing.document, epochs: new Map(), live }),
      )
      return {
        ...row,
        state: reportWords('en').studyStates[studyStateKey(state, live)],
        finished: progress.finished,
        trials: progress.total,
        best: best?.valLoss ?? null,
      }
    }
  }
}
