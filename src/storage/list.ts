import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudyDocument } from '../record/document.js'
import { checkStudyName } from './ids.js'
import { diskError, isMissing } from './disk-error.js'
import { readDocument } from './document.js'
import { isHeld } from './lock.js'
import { definitionPath, documentPath } from './paths.js'

/** One line of the list of studies. */
export type StudyListing = {
  readonly name: string
  readonly dir: string
  /** A manager runs it now. */
  readonly live: boolean
} & (
  | { readonly status: 'ready'; readonly document: StudyDocument }
  /** Defined, and not run yet. */
  | { readonly status: 'new' }
  /** Its files cannot be read; the error says which and what to do. */
  | { readonly status: 'damaged'; readonly error: Error }
)

/**
 * Every study in the folder, by name. One that is damaged is listed as such and keeps no other from
 * being listed.
 *
 * @returns nothing when there is no such folder
 * @throws UserError when the folder may not be read
 */
export async function listStudies(root: string): Promise<readonly StudyListing[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw diskError(root, error)
  })
  const names = entries
    .filter(entry => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
  const listings = await Promise.all(names.sort().map(name => readListing(name, join(root, name))))
  return listings.filter(listing => listing !== null)
}

async function readListing(name: string, dir: string): Promise<StudyListing | null> {
  const [defined, run] = await Promise.all([exists(definitionPath(dir)), exists(documentPath(dir))])
  if (!defined && !run) return null
  const live = await isHeld(dir)
  try {
    checkStudyName(name)
    const document = await readDocument(dir)
    return document
      ? { name, dir, live, status: 'ready', document }
      : { name, dir, live, status: 'new' }
  } catch (error) {
    return { name, dir, live, status: 'damaged', error: error as Error }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
