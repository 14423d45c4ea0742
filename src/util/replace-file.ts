import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { threadId } from 'node:worker_threads'
import { fsync, writeDurably } from './fsync.js'

/**
 * Replaces a file's content: after a crash, or on a full disk, the file has the old content or the
 * new one, complete.
 *
 * Not write-file-atomic: it calls `fs.write` once and takes a short write for a complete one, so on
 * a 64 KiB disk a document of 200,000 bytes was replaced by its first 61,440 without an error
 * (version 6.0.0). Nor does it flush the folder, without which a rename may be lost with the power.
 *
 * @param temporary where the new content is written first, on the same disk. The default is for a
 *   file with one writer: what a crash left there is overwritten.
 * @throws the file system's error; the old content is then still there
 */
export async function replaceFile(
  path: string,
  text: string,
  temporary = `${path}.tmp`,
): Promise<void> {
  try {
    await writeDurably(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await fsync(dirname(path))
}

/**
 * As `replaceFile`, in one turn, for files of a cache that several threads may write: the last one
 * wins. Creates the folder.
 */
export function replaceFileSync(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.${threadId}`
  try {
    const file = openSync(temporary, 'w')
    try {
      const bytes = Buffer.from(text)
      for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
