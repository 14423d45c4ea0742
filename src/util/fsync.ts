import { open } from 'node:fs/promises'

/**
 * Flushes a file's content to the disk, or of a folder the names that were added to it or taken
 * from it, so that they survive a power cut.
 */
export async function fsync(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Windows cannot open a folder, and keeps its own journal of names.
    if (process.platform === 'win32') return null
    throw error
  })
  try {
    await handle?.sync()
  } catch (error) {
    // Some network shares refuse to flush a folder, and Windows a file that is open to read.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EINVAL' && process.platform !== 'win32') throw error
  } finally {
    await handle?.close()
  }
}

/** Writes a file and flushes it: it is on the disk when this resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
