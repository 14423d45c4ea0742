import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { nearest, UserError } from '../../errors.js'

export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** Without line break and byte order mark. */
  readonly text: string
}

/**
 * Reads a text file line by line, in bounded memory but for the longest line. Lines end with LF or CRLF.
 *
 * @throws UserError for a missing file (with the name that was probably meant), a folder, and bytes that are not UTF-8 (with their place)
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  await checkFile(path)
  let rest: Buffer[] = []
  let number = 1
  let offset = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    if (offset === 0 && rest.length === 0) refuseBinary(path, chunk)
    let from = 0
    for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
      const bytes = rest.length === 0 ? chunk.subarray(from, to) : Buffer.concat([...rest, chunk.subarray(from, to)])
      yield { number, text: decode(path, bytes, number, offset) }
      rest = []
      number++
      offset += bytes.length + 1
      from = to + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  const bytes = Buffer.concat(rest)
  if (bytes.length > 0) yield { number, text: decode(path, bytes, number, offset) }
}

const LF = 0x0a
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(path: string, bytes: Buffer, line: number, offset: number): string {
  let text: string
  try {
    text = strict.decode(bytes)
  } catch {
    const at = firstInvalid(bytes)
    const byte = bytes[at]!.toString(16).padStart(2, '0')
    throw new UserError(`${path}, line ${line}`, `is not UTF-8 at byte ${offset + at} of the file (0x${byte})`, 'Save the file as UTF-8')
  }
  if (line === 1 && text.startsWith('\ufeff')) text = text.slice(1)
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/** Where the first sequence begins that is no character. */
function firstInvalid(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let complete = 0
  for (let at = 0; at < bytes.length; at++) {
    try {
      if (decoder.decode(bytes.subarray(at, at + 1), { stream: true }) !== '') complete = at + 1
    } catch {
      break
    }
  }
  return complete
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found) {
    const siblings = await readdir(dirname(path)).catch(() => [])
    const meant = nearest(basename(path), siblings)
    throw new UserError(path, 'there is no such file', meant ? `Did you mean ${meant}` : 'Check the path of the data set')
  }
  if (found.isDirectory()) {
    const inside = (await readdir(path)).find(name => /\.jsonl?$/.test(name))
    throw new UserError(path, 'is a folder', inside ? `Name a file in it, such as ${inside}` : 'Name a JSON or JSONL file')
  }
  if (found.size === 0) throw new UserError(path, 'is empty', 'Name a file with at least two records')
}

const MAGIC: readonly (readonly [readonly number[], string, string])[] = [
  [[0xff, 0xfe], 'is UTF-16', 'Save it as UTF-8'],
  [[0xfe, 0xff], 'is UTF-16', 'Save it as UTF-8'],
  [[0x1f, 0x8b], 'is compressed with gzip', 'Unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed with zstd', 'Unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive', 'Unpack it first'],
  [[0x50, 0x41, 0x52, 0x31], 'is a Parquet file, which is not supported yet', 'Convert it to JSONL'],
]

function refuseBinary(path: string, bytes: Buffer): void {
  const known = MAGIC.find(([magic]) => magic.every((byte, i) => bytes[i] === byte))
  if (known) throw new UserError(path, known[1], known[2])
}
