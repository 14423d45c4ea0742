export interface ChunkLimits {
  /** Values that the chunk says it has. */
  readonly values: number
  /** Bytes that it says it unpacks to. */
  readonly unpacked: number
  /** Bytes that a page may unpack to. */
  readonly largest: number
}

/**
 * Walks the page headers of a column chunk and holds them to what the chunk says of itself. A reader trusts a page's count of values: five
 * bytes of run-length coding can claim two thousand million.
 *
 * Format: https://parquet.apache.org/docs/file-format/data-pages/, in Thrift's compact protocol.
 *
 * @param chunk   its bytes, from its first page header
 * @param problem makes the error of a problem
 */
export function checkPages(chunk: Uint8Array, { values, unpacked, largest }: ChunkLimits, problem: (text: string) => Error): void {
  const reader = { bytes: chunk, at: 0 }
  let seen = 0
  let total = 0
  while (reader.at < chunk.length - 1) {
    let header: Struct
    try {
      header = readStruct(reader, 0)
    } catch {
      throw problem('has a page header that cannot be read')
    }
    const [type, size, packed] = [header.get(1), header.get(2), header.get(3)]
    if (typeof size !== 'number' || typeof packed !== 'number' || size < 0 || packed < 0) throw problem('has a page of no size')
    if (packed > chunk.length - reader.at) throw problem(`has a page of ${packed} bytes where ${chunk.length - reader.at} are left`)
    total += size
    if (size > largest || total > unpacked) throw problem(`has pages that unpack to ${total} bytes, and says ${unpacked}`)
    const inner = header.get(type === DICTIONARY ? 7 : type === DATA_V2 ? 8 : 5)
    const count = inner instanceof Map ? inner.get(1) : 0
    if (typeof count !== 'number' || count < 0) throw problem('has a page without a count of values')
    // A word of a dictionary takes its bytes, an empty one those of its length
    if (type === DICTIONARY ? count > size * 8 : (seen += count) > values) throw problem(`has pages of ${type === DICTIONARY ? count : seen} values, and says ${values}`)
    const levels = type === DATA_V2 && inner instanceof Map ? [inner.get(6), inner.get(5)] : []
    if (!levelsFit(chunk, reader.at, levels, count)) throw problem('has a page whose runs are longer than the page')
    reader.at += packed
  }
}

/**
 * Whether the run-length coded levels that such a page begins with, which are not compressed, have no run beyond its values. Levels take one byte a run.
 *
 * @param lengths bytes of repetition and of definition levels
 */
function levelsFit(bytes: Uint8Array, start: number, lengths: readonly unknown[], count: number): boolean {
  let from = start
  for (const length of lengths) {
    if (typeof length !== 'number' || length < 0 || from + length > bytes.length) return false
    const reader = { bytes: bytes.subarray(0, from + length), at: from }
    from += length
    try {
      while (reader.at < from) {
        const run = varint(reader)
        if (run % 2 === 1) break // Bit-packed values take their bytes
        if (run / 2 > count) return false
        byte(reader)
      }
    } catch {
      return false
    }
  }
  return true
}

const DICTIONARY = 2
const DATA_V2 = 3

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

type Struct = Map<number, number | Struct | null>

const DEEPEST = 16

function readStruct(reader: Reader, depth: number): Struct {
  const fields: Struct = new Map()
  let id = 0
  for (;;) {
    const head = byte(reader)
    if (head === 0) return fields
    const delta = head >> 4
    id = delta === 0 ? zigzag(reader) : id + delta
    fields.set(id, readValue(reader, head & 15, depth))
  }
}

/** Whole numbers and structures; everything else is passed over. */
function readValue(reader: Reader, type: number, depth: number): number | Struct | null {
  if (depth > DEEPEST) throw new Error('too deep')
  switch (type) {
    case 1:
    case 2:
      return null
    case 3:
      return byte(reader)
    case 4:
    case 5:
    case 6:
      return zigzag(reader)
    case 7:
      return skip(reader, 8)
    case 8:
      return skip(reader, varint(reader))
    case 9:
    case 10:
      return readList(reader, depth)
    case 12:
      return readStruct(reader, depth + 1)
    default:
      throw new Error(`unknown type ${type}`)
  }
}

function readList(reader: Reader, depth: number): null {
  const head = byte(reader)
  const length = head >> 4 === 15 ? varint(reader) : head >> 4
  if (length > reader.bytes.length - reader.at) throw new Error('a list is longer than what is left')
  // In a list a truth value takes a byte of its own
  for (let i = 0; i < length; i++) readValue(reader, (head & 15) <= 2 ? 3 : head & 15, depth + 1)
  return null
}

function byte(reader: Reader): number {
  if (reader.at >= reader.bytes.length) throw new Error('it ends too early')
  return reader.bytes[reader.at++]!
}

function skip(reader: Reader, length: number): null {
  if (length > reader.bytes.length - reader.at) throw new Error('it ends too early')
  reader.at += length
  return null
}

function varint(reader: Reader): number {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const next = byte(reader)
    value += (next & 127) * 2 ** shift
    if (next < 128) return value
  }
  throw new Error('a number has no end')
}

function zigzag(reader: Reader): number {
  const value = varint(reader)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
