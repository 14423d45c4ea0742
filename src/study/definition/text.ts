import { readFileSync, statSync } from 'node:fs'
import { UserError } from '../../errors.js'
import { placeholder } from '../../util/placeholder.js'

/** A study.yaml is a page of text; what is larger is something else under its name. */
const LARGEST = 2 ** 20

/**
 * Reads the text of a study.yaml: UTF-8, or UTF-16, which YAML allows and PowerShell writes.
 *
 * @throws UserError if there is none, or it is not a small text file: a folder, pipe or device, a
 *   Git LFS pointer, bytes of another encoding
 */
export function readDefinitionText(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found)
    throw new UserError(
      file,
      'there is no such study',
      'Make one with: tune study create, or see: tune study list',
    )
  if (!found.isFile())
    throw new UserError(
      file,
      found.isDirectory() ? 'is a folder' : 'is a pipe, socket or device, not a file',
      'Put a text file of this name in its place',
    )
  if (found.size > LARGEST)
    throw new UserError(
      file,
      `has ${found.size} bytes, and a study.yaml has at most ${LARGEST}`,
      'Check which file this is: data belong in files that the study names',
    )
  const bytes = readBytes(file)
  const other = placeholder(bytes)
  if (other) throw new UserError(file, other.problem, other.remedy)
  return decoded(file, bytes)
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UserError(
      file,
      `cannot be read: ${(error as Error).message}`,
      'Check its permissions',
    )
  }
}

function decoded(file: string, bytes: Buffer): string {
  // https://yaml.org/spec/1.2.2/#52-character-encodings: a text begins with an ASCII character
  const [first, second] = bytes
  const encoding =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? 'utf-16le'
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? 'utf-16be'
        : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new UserError(
      `${file}${encoding === 'utf-8' ? ` line ${undecodableLine(bytes)}` : ''}`,
      `is not ${encoding.toUpperCase()}`,
      'Save it as UTF-8',
    )
  }
}

/** The line of the first byte that is not UTF-8; lines end in ASCII. */
function undecodableLine(bytes: Buffer): number {
  let offset = 0
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, offset) + 1 || bytes.length
    const part = bytes.subarray(offset, end)
    if (end === bytes.length || !Buffer.from(part.toString('utf8')).equals(part)) return line
    offset = end
  }
}
