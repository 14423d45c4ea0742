import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fsync } from './fsync.js'

/** Where a folder's replacement is written, and where the folder is while the two are exchanged. */
export interface ReplacementPaths {
  readonly fresh: string
  readonly old: string
}

/** The default paths: beside the folder, with endings of their own. */
export function replacementPaths(dir: string): ReplacementPaths {
  return { fresh: `${dir}.new`, old: `${dir}.old` }
}

/**
 * Replaces a folder as one: it is written beside `dir` and renamed when it is complete. The earlier
 * folder is deleted only after that; if the renaming fails, it is put back. No system call of Node
 * exchanges two folders, so a crash between two renames leaves the earlier folder at `old`:
 * `restoreReplaced` puts it back.
 *
 * @param write fills the empty folder that it gets, and flushes what must survive a power cut;
 *   false means that nothing is to be replaced
 * @returns whether the folder was replaced
 * @throws what `write` throws, and the file system's errors; the earlier folder is then in place
 */
export async function replaceFolder(
  dir: string,
  write: (fresh: string) => Promise<boolean | void>,
  { fresh, old }: ReplacementPaths = replacementPaths(dir),
): Promise<boolean> {
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  try {
    if ((await write(fresh)) === false) return false
    await rm(old, { recursive: true, force: true })
    // A folder cannot be renamed over one that isn't empty.
    const replaced = await renameExisting(dir, old)
    try {
      await rename(fresh, dir)
    } catch (error) {
      if (replaced) await rename(old, dir)
      throw error
    }
    await fsync(dirname(dir))
    await rm(old, { recursive: true, force: true })
    return true
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Puts back a folder that a crash during its replacement left aside; deletes it if not needed. */
export async function restoreReplaced(
  dir: string,
  { old }: ReplacementPaths = replacementPaths(dir),
): Promise<void> {
  if (await exists(dir)) await rm(old, { recursive: true, force: true })
  else await renameExisting(old, dir)
}

/**
 * Moves a complete folder to a place that another process may fill at the same time: the second one
 * keeps what the first one put there.
 *
 * @param isComplete whether the folder at `to` can be used
 */
export async function moveFolder(
  from: string,
  to: string,
  isComplete: () => boolean | Promise<boolean>,
): Promise<void> {
  await rm(to, { recursive: true, force: true })
  try {
    await rename(from, to)
  } catch (error) {
    if (!(await isComplete())) throw error
  }
}

async function renameExisting(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}
