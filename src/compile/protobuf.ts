/** Protocol Buffers wire format, writing only: https://protobuf.dev/programming-guides/encoding/ */
export interface Message {
  /** int32, int64, enum. */
  int(field: number, value: number): Message
  /** 32-bit float. */
  float(field: number, value: number): Message
  /** string, bytes or a message. */
  bytes(field: number, value: string | Uint8Array | Message): Message
  finish(): Uint8Array
}

/** The type in the low three bits of a field's tag. */
const WireType = { VARINT: 0, LENGTH_DELIMITED: 2, FIXED32: 5 } as const

export function message(): Message {
  const chunks: Uint8Array[] = []
  const tag = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType)
  const self: Message = {
    int(field, value) {
      chunks.push(tag(field, WireType.VARINT), varint(value))
      return self
    },
    float(field, value) {
      const bytes = new Uint8Array(4)
      new DataView(bytes.buffer).setFloat32(0, value, true)
      chunks.push(tag(field, WireType.FIXED32), bytes)
      return self
    },
    bytes(field, value) {
      const bytes =
        typeof value === 'string'
          ? Buffer.from(value)
          : value instanceof Uint8Array
            ? value
            : value.finish()
      chunks.push(tag(field, WireType.LENGTH_DELIMITED), varint(bytes.length), bytes)
      return self
    },
    finish: () => Buffer.concat(chunks),
  }
  return self
}

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value)
  const bytes: number[] = []
  let remaining = BigInt.asUintN(64, BigInt(value))
  for (; remaining > 127n; remaining >>= 7n) bytes.push(Number(remaining & 127n) | 128)
  bytes.push(Number(remaining))
  return Uint8Array.from(bytes)
}
