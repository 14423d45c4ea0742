import { open, readFile } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { placeholder, PLACEHOLDER_BYTES } from '../util/placeholder.js'
import { JsonError, parseJson, textPosition } from './json.js'
import { SourceNumber } from './source-json.js'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads a small JSON file that holds an object, such as a model's config.json.
 *
 * @returns null where there is no such file
 * @throws UserError with line and column where it isn't JSON, and where it isn't an object
 */
export async function readJsonObject(path: string): Promise<JsonObject | null> {
  const text = await readText(path)
  return text === null ? null : parseJsonObject(path, text)
}

/** @throws UserError as readJsonObject */
export function parseJsonObject(path: string, text: string): JsonObject {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    const { line, column, snippet } = textPosition(text, error.offset)
    throw new UserError(
      path,
      `malformed JSON at line ${line}, column ${column}: ${error.problem}` +
        (snippet && ` in ${snippet}`),
      'Mend the file or download it again',
    )
  }
  if (!isJsonObject(value))
    throw new UserError(path, 'is JSON, but not an object', 'Download the file again')
  return value
}

/** A UTF-8 file without its byte order mark; null where there is none. */
export async function readText(path: string): Promise<string | null> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new UserError(
      path,
      `cannot be read: ${(error as Error).message}`,
      'Check the path and its permissions',
    )
  }
  const other = placeholder(bytes)
  if (other) throw new UserError(path, other.problem, other.remedy)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UserError(path, 'is not UTF-8', 'Save it as UTF-8 or download it again')
  }
}

/** @throws UserError if a file is there and is a Git LFS pointer or the like */
export async function refusePlaceholder(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return
  try {
    const start = Buffer.alloc(PLACEHOLDER_BYTES)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    const other = placeholder(start.subarray(0, bytesRead))
    if (other) throw new UserError(path, other.problem, other.remedy)
  } finally {
    await file.close()
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof SourceNumber)
  )
}
