import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { createGunzip } from 'node:zlib'
import { nearest, UserError } from '../../errors.js'

/**
 * Text packs by 3 to 20 times. What unpacks to more than this many times its size, and is large,
 * was made to fill a disk.
 */
const MOST_UNPACKED = 200
/** Deflate codes at most 258 bytes in two bits: https://zlib.net/zlib_tech.html. */
const MOST_POSSIBLE = 1032
const SMALL = 64 * 2 ** 20
const CHUNK = 2 ** 20

/**
 * Reads a file, unpacked where it is gzip, in chunks of about 1 MiB.
 *
 * @throws UserError for a missing file (with the name that was probably meant), a folder, an empty
 *   file, gzip that is cut off, and gzip
 *   that unpacks to more than 200 times its size
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const size = await checkFile(path)
  if (!(await isGzip(path)))
    return yield* createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>
  const check = (unpacked: number): void => {
    if (unpacked > SMALL && unpacked > size * MOST_UNPACKED)
      throw new UserError(
        path,
        `unpacks to more than ${MOST_UNPACKED} times its ${size} bytes`,
        'Check where it comes from; if it is meant, unpack it yourself',
      )
  }
  // What it says of itself may be a lie, but not to its favour; what no gzip reaches is the end of
  // a file that is cut off
  const said = await unpackedSize(path, size)
  if (said <= size * MOST_POSSIBLE) check(said)
  const source = createReadStream(path, { highWaterMark: CHUNK })
  const gunzip = createGunzip({ chunkSize: CHUNK })
  source.on('error', error => gunzip.destroy(error)).pipe(gunzip)
  let unpacked = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      check(unpacked)
      yield chunk
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      path,
      `cannot be unpacked: ${(error as Error).message}`,
      'Fetch it again: it is damaged or cut off',
    )
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
  const [first, second] = await bytesAt(path, 0, 2)
  return first === 0x1f && second === 0x8b
}

/** Of the last member, modulo 2³², as its last four bytes say. */
async function unpackedSize(path: string, size: number): Promise<number> {
  const end = await bytesAt(path, Math.max(0, size - 4), 4)
  return end.length === 4 ? end.readUInt32LE(0) : 0
}

async function bytesAt(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function checkFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (!found) {
    const siblings = await readdir(dirname(path)).catch(() => [])
    const meant = nearest(basename(path), siblings)
    throw new UserError(
      path,
      'there is no such file',
      meant ? `Did you mean ${meant}` : 'Check the path of the data set',
    )
  }
  if (found.isDirectory()) throw new UserError(path, 'is a folder', 'Name a file in it')
  if (!found.isFile()) throw new UserError(path, 'is not a file', 'Name a file')
  if (found.size === 0)
    throw new UserError(path, 'is empty', 'Name a file with at least two records')
  return found.size
}
