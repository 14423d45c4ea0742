import { levelsFit, runsFit, type ColumnShape } from './parquet-runs.js'
import { readStruct, type Struct } from './thrift.js'

export interface ChunkLimits {
  /** Values that the chunk says it has. */
  readonly values: number
  /** Bytes that it says it unpacks to. */
  readonly unpacked: number
  /** Bytes that a page may unpack to. */
  readonly largest: number
}

export interface Column extends ColumnShape {
  /** Unpacks a page, or the part of one that is packed. */
  readonly unpack: (packed: Uint8Array, size: number) => Uint8Array
}

const DICTIONARY = 2
const DATA = 0
const DATA_V2 = 3

/**
 * Walks the pages of a column chunk and holds them to what the chunk says of itself. A reader
 * trusts a page's count of values and the lengths of its runs: five bytes can claim two thousand
 * million.
 *
 * Format: https://parquet.apache.org/docs/file-format/data-pages/, in Thrift's compact protocol.
 *
 * @param chunk   its bytes, from its first page header
 * @param problem makes the error of a problem
 */
export function checkPages(
  chunk: Uint8Array,
  { values, unpacked, largest }: ChunkLimits,
  column: Column,
  problem: (text: string) => Error,
): void {
  const reader = { bytes: chunk, at: 0 }
  let valueCount = 0
  let total = 0
  while (reader.at < chunk.length - 1) {
    let header: Struct
    try {
      header = readStruct(reader)
    } catch {
      throw problem('has a page header that cannot be read')
    }
    const [type, size, packed] = [header.get(1), header.get(2), header.get(3)]
    if (typeof size !== 'number' || typeof packed !== 'number' || size < 0 || packed < 0)
      throw problem('has a page of no size')
    if (packed > chunk.length - reader.at)
      throw problem(`has a page of ${packed} bytes where ${chunk.length - reader.at} are left`)
    total += size
    if (size > largest || total > unpacked)
      throw problem(`has pages that unpack to ${total} bytes, and says ${unpacked}`)
    const inner = header.get(type === DICTIONARY ? 7 : type === DATA_V2 ? 8 : 5)
    const count = inner instanceof Map ? inner.get(1) : 0
    if (typeof count !== 'number' || count < 0)
      throw problem('has a page without a count of values')
    // A word of a dictionary takes its bytes, an empty one those of its length
    if (type === DICTIONARY ? count > size * 8 : (valueCount += count) > values)
      throw problem(
        `has pages of ${type === DICTIONARY ? count : valueCount} values, and says ${values}`,
      )
    const page = chunk.subarray(reader.at, reader.at + packed)
    if (
      inner instanceof Map &&
      ((type === DATA && !firstVersionFits(page, size, inner, column)) ||
        (type === DATA_V2 && !secondVersionFits(page, size, inner, column)))
    ) {
      throw problem('has a page whose runs are longer than the page')
    }
    reader.at += packed
  }
}

function firstVersionFits(
  page: Uint8Array,
  size: number,
  header: Struct,
  { maxRepetition, maxDefinition, boolean, unpack }: Column,
): boolean {
  const [count, encoding] = [header.get(1), header.get(2)].map(Number) as [number, number]
  return runsFit(
    { bytes: unpack(page, size), encoding, count },
    [maxRepetition, maxDefinition],
    boolean,
  )
}

/** Levels stand before what is packed. */
function secondVersionFits(
  page: Uint8Array,
  size: number,
  header: Struct,
  { maxRepetition, maxDefinition, boolean, unpack }: Column,
): boolean {
  const [count, encoding, definition, repetition] = [1, 4, 5, 6].map(field =>
    Number(header.get(field)),
  ) as [number, number, number, number]
  const levels = repetition + definition
  if (!(repetition >= 0 && definition >= 0 && levels <= Math.min(page.length, size))) return false
  if (
    !levelsFit(page.subarray(0, repetition), maxRepetition, count) ||
    !levelsFit(page.subarray(repetition, levels), maxDefinition, count)
  )
    return false
  const rest = page.subarray(levels)
  return runsFit(
    {
      bytes: header.get(7) === 0 || size === levels ? rest : unpack(rest, size - levels),
      encoding,
      count,
    },
    [],
    boolean,
  )
}
