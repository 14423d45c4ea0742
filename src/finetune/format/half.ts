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
