import type { FileHandle } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { placeholder, PLACEHOLDER_BYTES } from '../util/placeholder.js'
import { JsonError, objectMembers, parseJson } from './json.js'

/** Bytes an element takes, for each dtype of the format. */
const BYTES = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1,
  I16: 2, U16: 2, F16: 2, BF16: 2,
  I32: 4, U32: 4, F32: 4,
  I64: 8, U64: 8, F64: 8, C64: 8,
} as const // prettier-ignore

export type SafetensorsDType = keyof typeof BYTES

export interface TensorEntry {
  readonly name: string
  readonly dtype: SafetensorsDType
  readonly shape: readonly number[]
  /** First byte in the file, and the one after the last. */
  readonly start: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly path: string
  /** In the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly metadata: Readonly<Record<string, string>>
}

/** The format's own limit on the header. */
const LONGEST_HEADER = 100_000_000

/** Names that would change an object's own workings when a reader uses them as keys. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads and checks a header: every tensor lies inside the file, has the bytes that its shape and
 * dtype need, and the tensors fill the data without gap or overlap. Nothing of a size named by the
 * file is allocated before it is checked.
 *
 * Source: https://huggingface.co/docs/safetensors/index#format
 *
 * @throws UserError naming the file and what is wrong in it
 */
export async function parseHeader(path: string, file: FileHandle): Promise<SafetensorsHeader> {
  const { size } = await file.stat()
  const start = Buffer.alloc(Math.min(size, PLACEHOLDER_BYTES))
  await file.read(start, 0, start.length, 0)
  const other = placeholder(start)
  if (other) throw new UserError(path, other.problem, other.remedy)
  if (size < 8) throw broken(path, `${size} bytes are too few for a safetensors file`)
  const length = start.readBigUInt64LE()
  if (length > BigInt(size - 8))
    throw broken(
      path,
      `the header claims ${length} bytes and the file has ${size - 8} after its first 8`,
    )
  if (length > BigInt(LONGEST_HEADER))
    throw broken(path, `the header claims ${length} bytes; the format allows ${LONGEST_HEADER}`)
  const bytes = Buffer.alloc(Number(length))
  await file.read(bytes, 0, bytes.length, 8)
  return checkHeader(path, decodeHeader(path, bytes), 8 + bytes.length, size)
}

function decodeHeader(path: string, bytes: Buffer): [string, unknown][] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw broken(path, 'the header is not UTF-8')
  }
  if (!text.startsWith('{')) throw broken(path, 'the header is not a JSON object')
  try {
    parseJson(text)
    // JSON.parse keeps the last of two equal keys without a word: members are read one by one
    return [...objectMembers(text, 0)].map(({ key, value }) => [
      key,
      JSON.parse(text.slice(value.start, value.end)),
    ])
  } catch (error) {
    if (error instanceof JsonError)
      throw broken(
        path,
        `the header is malformed JSON at byte ${8 + error.offset}: ${error.problem}`,
      )
    throw error
  }
}

function checkHeader(
  path: string,
  members: [string, unknown][],
  dataStart: number,
  fileSize: number,
): SafetensorsHeader {
  const entries = new Map<string, TensorEntry>()
  let metadata: Readonly<Record<string, string>> | undefined
  for (const [name, value] of members) {
    if (FORBIDDEN.has(name)) throw broken(path, `a tensor may not be named ${name}`)
    if (entries.has(name) || (name === '__metadata__' && metadata !== undefined))
      throw broken(path, `the header names ${quote(name)} twice`)
    if (name === '__metadata__') metadata = checkMetadata(path, value)
    else entries.set(name, checkEntry(path, name, value, dataStart))
  }
  const tensors = [...entries.values()].sort((a, b) => a.start - b.start || a.end - b.end)
  let end = dataStart
  for (const tensor of tensors) {
    if (tensor.start < end)
      throw broken(path, `the data of ${quote(tensor.name)} overlaps that of another tensor`)
    if (tensor.start > end)
      throw broken(
        path,
        `${tensor.start - end} bytes before the data of ${quote(tensor.name)} belong to no tensor`,
      )
    if (tensor.end > fileSize)
      throw broken(
        path,
        `the data of ${quote(tensor.name)} ends at byte ${tensor.end} ` +
          `and the file has ${fileSize} bytes: it is cut off`,
      )
    end = tensor.end
  }
  if (end !== fileSize) throw broken(path, `${fileSize - end} bytes at the end belong to no tensor`)
  return {
    path,
    tensors: new Map(tensors.map(tensor => [tensor.name, tensor])),
    metadata: metadata ?? {},
  }
}

function checkEntry(path: string, name: string, value: unknown, dataStart: number): TensorEntry {
  const at = quote(name)
  if (!isObject(value)) throw broken(path, `the entry of ${at} is not an object`)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype))
    throw broken(path, `${at} has the unknown dtype ${JSON.stringify(dtype)}`)
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw broken(path, `${at} has the shape ${JSON.stringify(shape)}`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    throw broken(path, `${at} has the data_offsets ${JSON.stringify(offsets)}`)
  const [from, to] = offsets as [number, number]
  const needed = shape.reduce<bigint>(
    (product, extent) => product * BigInt(extent),
    BigInt(BYTES[dtype as SafetensorsDType]),
  )
  if (BigInt(to) - BigInt(from) !== needed)
    throw broken(
      path,
      `${at} of shape [${shape}] and ${dtype} needs ${needed} bytes and has ${to - from}`,
    )
  return {
    name,
    dtype: dtype as SafetensorsDType,
    shape,
    start: dataStart + from,
    end: dataStart + to,
  }
}

function checkMetadata(path: string, value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) throw broken(path, '__metadata__ is not an object')
  const strays = Object.entries(value).filter(
    ([name, text]) => typeof text !== 'string' || FORBIDDEN.has(name),
  )
  if (strays.length > 0)
    throw broken(
      path,
      `__metadata__ has ${quote(strays[0]![0])}, which is not text under a plain name`,
    )
  return value as Record<string, string>
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Names come from the file: they are shown cut and escaped. */
function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}…` : name)
}

function broken(path: string, problem: string): UserError {
  return new UserError(path, problem, 'Download or copy the file again')
}
