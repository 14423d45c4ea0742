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

export function message(): Message {
  const parts: Uint8Array[] = []
  const self: Message = {
    int(field, value) {
      parts.push(varint(field << 3), varint(value))
      return self
    },
    float(field, value) {
      const bytes = new Uint8Array(4)
      new DataView(bytes.buffer).setFloat32(0, value, true)
      parts.push(varint((field << 3) | 5), bytes)
      return self
    },
    bytes(field, value) {
      const bytes =
        typeof value === 'string'
          ? Buffer.from(value)
          : value instanceof Uint8Array
            ? value
            : value.finish()
      parts.push(varint((field << 3) | 2), varint(bytes.length), bytes)
      return self
    },
    finish: () => Buffer.concat(parts),
  }
  return self
}

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value)
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
