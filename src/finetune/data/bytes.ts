import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { createGunzip } from 'node:zlib'
import { nearest, UserError } from '../../errors.js'

/** Text packs by 3 to 20 times. What unpacks to more than this many times its size, and is large, was made to fill a disk. */
const MOST_UNPACKED = 200
const SMALL = 64 * 2 ** 20
const CHUNK = 2 ** 20

/**
 * Reads a file, unpacked where it is gzip, in chunks of about 1 MiB.
 *
 * @throws UserError for a missing file (with the name that was probably meant), a folder, an empty file, gzip that is cut off, and gzip
 *   that unpacks to more than 200 times its size
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const size = await checkFile(path)
  const source = createReadStream(path, { highWaterMark: CHUNK })
  if (!(await isGzip(path))) return yield* source as AsyncIterable<Buffer>
  const gunzip = createGunzip({ chunkSize: CHUNK })
  source.on('error', error => gunzip.destroy(error)).pipe(gunzip)
  let unpacked = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      if (unpacked > SMALL && unpacked > size * MOST_UNPACKED) throw new UserError(path, `unpacks to more than ${MOST_UNPACKED} times its ${size} bytes`, 'Check where it comes from; if it is meant, unpack it yourself')
      yield chunk
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(path, `cannot be unpacked: ${(error as Error).message}`, 'Fetch it again: it is damaged or cut off')
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** The first bytes, unpacked: enough to see what a file is. @throws UserError as readBytes */
export async function readHead(path: string, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let read = 0
  for await (const chunk of readBytes(path)) {
    chunks.push(chunk)
    read += chunk.length
    if (read >= length) break
  }
  return Buffer.concat(chunks).subarray(0, length)
}

export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

async function checkFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (!found) {
    const siblings = await readdir(dirname(path)).catch(() => [])
    const meant = nearest(basename(path), siblings)
    throw new UserError(path, 'there is no such file', meant ? `Did you mean ${meant}` : 'Check the path of the data set')
  }
  if (found.isDirectory()) throw new UserError(path, 'is a folder', 'Name a file in it')
  if (!found.isFile()) throw new UserError(path, 'is not a file', 'Name a file')
  if (found.size === 0) throw new UserError(path, 'is empty', 'Name a file with at least two records')
  return found.size
}
