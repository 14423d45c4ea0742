import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { onDisk } from './disk-error.js'

/**
 * Replaces a file's content: after a crash, or on a full disk, the file is either the old one or
 * the new one, whole.
 *
 * Not write-file-atomic: it calls `fs.write` once and takes a short write for a whole one, so on a
 * 64 KiB disk a document of 200,000 bytes was replaced by its first 61,440 without an error
 * (version 6.0.0). Nor does it flush the folder, without which a rename may be lost with the power.
 *
 * @throws UserError on a full or read-only disk; the old content is then still there
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  // One name for all: the study's lock leaves one writer, and what a crash left here is simply
  // overwritten.
  const temporary = `${path}.tmp`
  await onDisk(path, async () => {
    try {
      const file = await open(temporary, 'w')
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
    await syncFolder(dirname(path))
  })
}

/** Makes names that were added to or taken from a folder survive a power cut. */
export async function syncFolder(dir: string): Promise<void> {
  // Windows cannot open a folder, and keeps its own journal of names.
  if (process.platform === 'win32') return
  const folder = await open(dir, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // Some network shares refuse to flush a folder.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  } finally {
    await folder.close()
  }
}
