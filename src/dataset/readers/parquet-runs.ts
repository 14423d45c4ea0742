import { varint } from './thrift.js'

/** What the pages of a column are made of. */
export interface ColumnShape {
  readonly maxRepetition: number
  readonly maxDefinition: number
  readonly boolean: boolean
}

/** Values of a page, and how they are coded; `bytes` is unpacked. */
export interface PageValues {
  readonly bytes: Uint8Array
  readonly encoding: number
  readonly count: number
}

const RLE = 3
/** PLAIN_DICTIONARY and RLE_DICTIONARY. */
const INDICES: readonly unknown[] = [2, 8]

/**
 * Whether no run of a page claims more values than the page and its bytes can have: a reader
 * repeats a value as often as a run says, and five bytes can say two thousand million.
 *
 * Format: https://parquet.apache.org/docs/file-format/data-pages/encodings/.
 *
 * @param levels the largest levels that stand before the values with their lengths in four bytes,
 *   as in pages of the first version
 */
export function runsFit(
  { bytes, encoding, count }: PageValues,
  levels: readonly number[],
  boolean: boolean,
): boolean {
  let at = 0
  for (const most of levels.filter(most => most > 0)) {
    if (!levelsFit(bytes.subarray(at + 4), most, count)) return false
    at += 4 + lengthAt(bytes, at)
  }
  if (INDICES.includes(encoding))
    return (bytes[at] ?? 0) <= 32 && hybridFits(bytes.subarray(at + 1), bytes[at] ?? 0, count)
  return encoding !== RLE || !boolean || hybridFits(bytes.subarray(at + 4), 1, count)
}

/** The same of levels alone. */
export function levelsFit(bytes: Uint8Array, most: number, count: number): boolean {
  return most === 0 || hybridFits(bytes, 32 - Math.clz32(most), count)
}

/**
 * Runs of equal values between packed groups of eight; where they end too early, the reader says
 * so.
 */
function hybridFits(bytes: Uint8Array, width: number, count: number): boolean {
  const reader = { bytes, at: 0 }
  for (let position = 0; position < count && reader.at < bytes.length;) {
    const head = readRunHeader(reader)
    if (head === null) return false
    const packed = head % 2 === 1
    const run = packed ? ((head - 1) / 2) * 8 : head / 2
    const runBytes = packed ? (run / 8) * width : (width + 7) >> 3
    // A packed run may be filled up to any length, as far as its bytes are there: DuckDB's last one
    // has 256 values. Without bytes a length could be any number.
    const padded = packed && width > 0 && runBytes <= bytes.length - reader.at
    if (!padded && run > count - position + (packed ? 7 : 0)) return false
    reader.at += runBytes
    position += run
  }
  return true
}

function readRunHeader(reader: { readonly bytes: Uint8Array; at: number }): number | null {
  try {
    return varint(reader)
  } catch {
    return null
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes.length < at + 4
    ? 0
    : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}
