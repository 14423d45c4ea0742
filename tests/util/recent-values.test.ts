import { describe, expect, it } from 'vitest'
import { RecentValues, bitsKey } from '../../src/util/recent-values.js'

describe('the values used last', () => {
  it('drop the one that was used longest ago', () => {
    const values = new RecentValues<number>(2)
    values.set('a', 1)
    values.set('b', 2)
    expect(values.get('a')).toBe(1)
    expect(values.set('c', 3)).toBe(3)
    expect(['a', 'b', 'c'].map(key => values.get(key))).toEqual([1, undefined, 3])
  })

  it('have a total size', () => {
    const values = new RecentValues<readonly number[]>(5, ({ length }) => length)
    values.set('a', [1, 2])
    values.set('b', [1, 2, 3])
    values.set('c', [1])
    expect(['a', 'b', 'c'].map(key => values.get(key)?.length)).toEqual([undefined, 3, 1])
    expect(values.set('d', [1, 2, 3, 4, 5, 6])).toHaveLength(6)
    expect(values.get('d')).toBeUndefined()
  })

  it('have keys of the bits of an array, of a part of one too', () => {
    const numbers = Float64Array.of(1, 2, 3)
    expect(bitsKey(numbers.subarray(1))).toBe(bitsKey(Float64Array.of(2, 3)))
    expect(bitsKey(Float64Array.of(0))).not.toBe(bitsKey(Float64Array.of(-0)))
    expect(bitsKey(Float64Array.of(Number.NaN))).toBe(bitsKey(Float64Array.of(Number.NaN)))
  })
})
