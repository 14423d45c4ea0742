import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeBfloat16,
  decodeFloat16,
  encodeBfloat16,
  encodeFloat16,
} from '../../src/model-folder/half.js'

const codes = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i)

describe.each([
  ['binary16', encodeFloat16, decodeFloat16, 0x7c00],
  ['bfloat16', encodeBfloat16, decodeBfloat16, 0x7f80],
] as const)('rounding to %s', (_, encode, decode, infinity) => {
  const isNumber = (code: number): boolean => (code & 0x7fff) <= infinity
  const one = (value: number): number => encode(Float32Array.of(value))[0]!

  it('gives every number of the format back', () => {
    const numbers = codes.filter(isNumber)
    expect(encode(decode(numbers))).toEqual(numbers)
  })

  it('keeps what is not a number', () => {
    const strange = codes.filter(code => !isNumber(code))
    expect(decode(encode(decode(strange))).every(Number.isNaN)).toBe(true)
  })

  it('goes to the nearest, and from the middle to the even', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: infinity - 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (code, share, negative) => {
          const [low, high] = decode(Uint16Array.of(code, code + 1)) as unknown as [number, number]
          const value = Math.fround(low + (high - low) * share)
          const nearest =
            value - low < high - value || (value - low === high - value && code % 2 === 0)
              ? code
              : code + 1
          expect(one(negative ? -value : value)).toBe(negative ? nearest | 0x8000 : nearest)
        },
      ),
      {
        examples: [
          [5, 0.5, false],
          [6, 0.5, true],
          [0, 0.5, false],
          [0x0400, 0.5, false],
        ],
      },
    )
  })

  it('takes for infinite what the format does not reach', () => {
    expect(one(3.4028234e38)).toBe(infinity)
    expect(one(-Infinity)).toBe(infinity | 0x8000)
  })
})
