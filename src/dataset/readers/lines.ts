import { basename } from 'node:path'
import { UserError } from '../../errors.js'
import { encodingGuesses } from './encoding.js'
import { readBytes } from './bytes.js'

export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** Without line break and byte order mark. */
  readonly text: string
}

/** Strings are limited to 512 MiB in V8. */
export const LONGEST_LINE = 500e6

/**
 * Reads a text file line by line, in bounded memory but for the longest line. Lines end with LF or
 * CRLF.
 *
 * @throws UserError as readBytes, for bytes that are not UTF-8 (with their place) and for a line of
 *   more than 500 MB
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let rest: Buffer[] = []
  let waiting = 0
  let number = 1
  let offset = 0
  for await (const chunk of readBytes(path)) {
    let from = 0
    for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
      const bytes =
        rest.length === 0
          ? chunk.subarray(from, to)
          : Buffer.concat([...rest, chunk.subarray(from, to)])
      yield { number, text: decode(path, bytes, number, offset, chunk.subarray(to)) }
      rest = []
      waiting = 0
      number++
      offset += bytes.length + 1
      from = to + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
    waiting += chunk.length - from
    if (waiting > LONGEST_LINE)
      throw new UserError(
        `${path}, line ${number}`,
        `has more than ${LONGEST_LINE / 1e6} MB`,
        'Convert the file to JSONL with one record a line',
      )
  }
  const bytes = Buffer.concat(rest)
  if (bytes.length > 0) yield { number, text: decode(path, bytes, number, offset) }
}

const LF = 0x0a
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @param following what of the file is there behind the line */
function decode(
  path: string,
  bytes: Buffer,
  line: number,
  offset: number,
  following: Buffer = Buffer.alloc(0),
): string {
  let text: string
  try {
    text = strict.decode(bytes)
  } catch {
    throw notUtf8(`${path}, line ${line}`, Buffer.concat([bytes, following]), offset)
  }
  if (line === 1 && text.startsWith('\ufeff')) text = text.slice(1)
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/** @param offset of the bytes in the file */
export function notUtf8(subject: string, bytes: Buffer, offset: number): UserError {
  const at = firstInvalid(bytes)
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
  const guesses = encodingGuesses(bytes, at)
  const readings = guesses.map(({ name, sample }) => `${name}: ${JSON.stringify(sample)}`)
  const reads = readings.length === 0 ? '' : `; it would read as ${readings.join(', or as ')}`
  const file = subject.replace(/, line \d+$/, '')
  const [likeliest] = guesses
  const iconv = likeliest && guesses.length === 1 ? likeliest.iconv : 'ENCODING'
  return new UserError(
    subject,
    `is not UTF-8 at byte ${offset + at} of the file (0x${byte})${reads}`,
    'Save the file as UTF-8 (Excel: Save as, type "CSV UTF-8"), or convert it: ' +
      `iconv -f ${iconv} -t UTF-8 ${basename(file)} > utf8-${basename(file)}`,
  )
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
