import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../errors.js'
import { diskError, isMissing } from './disk-error.js'
import { fsync } from '../util/fsync.js'

/** The whole lines of an append-only file, and where they end: what follows was torn by a crash. */
export interface Lines {
  readonly lines: readonly string[]
  /** Bytes. */
  readonly end: number
}

/**
 * Splits an append-only file into its lines. A last line without its line feed was never
 * acknowledged and is left out; so is one with NUL bytes, which a power cut leaves where a size was
 * written but not the data.
 */
export function wholeLines(bytes: Buffer): Lines {
  let end = bytes.lastIndexOf(0x0a) + 1
  const before = bytes.lastIndexOf(0x0a, end - 2) + 1
  if (end > 0 && bytes.subarray(before, end).includes(0)) end = before
  return { lines: end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n'), end }
}

/**
 * Adds a line behind byte `end`, cutting off whatever a crash or a full disk has left behind it,
 * and flushes it.
 *
 * @returns the new end
 * @throws UserError on a full or read-only disk; the file then still ends where it did
 */
export async function appendLine(path: string, end: number, line: string): Promise<number> {
  const bytes = Buffer.from(`${line}\n`)
  let fresh = false
  try {
    const file = await open(path, 'r+').catch(error => {
      if (!isMissing(error)) throw error
      fresh = true
      return open(path, 'w+')
    })
    try {
      if ((await file.stat()).size !== end) await file.truncate(end)
      try {
        await writeFully(file, bytes, end)
        await file.datasync()
      } catch (error) {
        await file.truncate(end).catch(() => undefined)
        throw error
      }
    } finally {
      await file.close()
    }
    if (fresh) await fsync(dirname(path))
  } catch (error) {
    throw diskError(path, error)
  }
  return end + bytes.length
}

// A disk that fills up takes part of a write, and refuses only the rest.
async function writeFully(
  file: {
    write: (
      buffer: Buffer,
      from: number,
      length: number,
      at: number,
    ) => Promise<{ bytesWritten: number }>
  },
  bytes: Buffer,
  at: number,
) {
  for (let from = 0; from < bytes.length;)
    from += (await file.write(bytes, from, bytes.length - from, at + from)).bytesWritten
}

/** JSON of one line. @throws UserError naming the line */
export function parseLine(line: string, at: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new UserError(
      at,
      `is not JSON: ${JSON.stringify(line.slice(0, 60))}`,
      'Restore the file from a backup, or delete that line to go on without it',
    )
  }
}

export async function fileBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw diskError(path, error)
  }
}
