/**
 * IEEE 754 binary16 to binary32.
 *
 * @param bits one number a value, in the lower 16 bits
 */
export function decodeFloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length)
  const values = new Float32Array(words.buffer)
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!
    const sign = (half & 0x8000) << 16
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    // Subnormals count in steps of 2⁻²⁴; every one of them is a normal binary32
    if (exponent === 0) values[i] = (sign < 0 ? -1 : 1) * fraction * 2 ** -24
    else words[i] = sign | ((exponent === 0x1f ? 0xff : exponent + 112) << 23) | (fraction << 13)
  }
  return values
}

/** bfloat16 to binary32, of which it is the upper half. */
export function decodeBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16
  return new Float32Array(words.buffer)
}

/**
 * binary32 to IEEE 754 binary16, to the nearest, ties to even; what is too large becomes infinite.
 */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(words, (word, i) => {
    const sign = (word >>> 16) & 0x8000
    const magnitude = word & 0x7fffffff
    if (magnitude > 0x7f800000) return sign | 0x7e00
    // 65520 and above round to 2¹⁶, which binary16 doesn't have
    if (magnitude >= 0x477ff000) return sign | 0x7c00
    // Below 2⁻¹⁴ steps are of 2⁻²⁴: a number of so many steps is its own code
    if (magnitude < 0x38800000) return sign | nearestEven(Math.abs(values[i]!) * 2 ** 24)
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  })
}

/** binary32 to bfloat16, to the nearest, ties to even. */
export function encodeBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(words, word =>
    (word & 0x7fffffff) > 0x7f800000
      ? (word >>> 16) | 0x40
      : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16,
  )
}

function nearestEven(x: number): number {
  const low = Math.floor(x)
  const over = x - low
  return over > 0.5 || (over === 0.5 && low % 2 === 1) ? low + 1 : low
}
