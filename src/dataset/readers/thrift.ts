export interface Reader {
  readonly bytes: Uint8Array
  at: number
}

export type Struct = Map<number, number | Struct | null>

const DEEPEST = 16

/**
 * Reads a structure of Thrift's compact protocol
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md): whole
 * numbers, truth values as 1 and 0, and structures by their field ids; everything else is passed
 * over.
 *
 * @throws Error where the bytes end too early or make no sense
 */
export function readStruct(reader: Reader, depth = 0): Struct {
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

function readValue(reader: Reader, type: number, depth: number): number | Struct | null {
  if (depth > DEEPEST) throw new Error('too deep')
  switch (type) {
    case 1:
      return 1
    case 2:
      return 0
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
  if (length > reader.bytes.length - reader.at)
    throw new Error('a list is longer than what is left')
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

/** An unsigned number, seven bits a byte. */
export function varint(reader: Reader): number {
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
