import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Where a folder's successor is written, and where the folder itself goes for the moment in which
 * they change places.
 */
export function besides(dir: string): { readonly fresh: string; readonly old: string } {
  return { fresh: `${dir}.new`, old: `${dir}.old` }
}

/** Renames `fresh` to `dir`. What was at `dir` is gone only when its successor is in place. */
export async function putInPlace(fresh: string, dir: string): Promise<void> {
  const { old } = besides(dir)
  await rm(old, { recursive: true, force: true })
  // A folder cannot be renamed over one that isn't empty
  await rename(dir, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(fresh, dir)
  await syncFolder(dirname(dir))
  await rm(old, { recursive: true, force: true })
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; there the rename is already on disk
  const folder = await open(path, 'r').catch(() => null)
  await folder?.sync().catch(() => {})
  await folder?.close()
}
