import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paddedBatches, bucketLengths } from '../../src/dataset/batches.js'
import type { Example } from '../../src/dataset/example.js'

/** Examples that can be told apart: the last token is the index. */
const example = (length: number, index: number): Example => ({
  ids: Int32Array.from({ length }, (_, i) => (i === length - 1 ? 1000 + index : i + 1)),
  lossMask: Uint8Array.from({ length }, (_, i) => (i >= length / 2 ? 1 : 0)),
})
const examples = fc
  .array(fc.integer({ min: 2, max: 200 }), { minLength: 1, maxLength: 60 })
  .map(lengths => lengths.map(example))
const shuffled = (count: number): fc.Arbitrary<Int32Array> =>
  fc
    .shuffledSubarray(
      Array.from({ length: count }, (_, i) => i),
      { minLength: count, maxLength: count },
    )
    .map(order => Int32Array.from(order))

const padded = (list: readonly Example[], lengths: readonly number[]): number =>
  list.reduce((sum, { ids }) => sum + lengths.find(length => length >= ids.length - 1)!, 0)

describe('the lengths of batches', () => {
  it('are few multiples of 8 that take every example, none in vain', () => {
    fc.assert(
      fc.property(examples, list => {
        const lengths = bucketLengths(list)
        expect(lengths.length).toBeLessThanOrEqual(4)
        expect(lengths).toEqual([...new Set(lengths)].sort((a, b) => a - b))
        expect(lengths.every(length => length % 8 === 0 && length > 0)).toBe(true)
        for (const length of lengths)
          expect(list.some(({ ids }) => lengths.find(l => l >= ids.length - 1) === length)).toBe(
            true,
          )
        expect(lengths.at(-1)! - 8).toBeLessThan(Math.max(...list.map(({ ids }) => ids.length - 1)))
      }),
    )
  })

  it('are the best there are of their number', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 20 })
          .map(lengths => lengths.map(example)),
        list => {
          const lengths = bucketLengths(list)
          const candidates = [8, 16, 24, 32, 40, 48, 56, 64]
          const others = subsets(candidates, lengths.length).filter(
            other => other.at(-1)! >= lengths.at(-1)!,
          )
          expect(padded(list, lengths)).toBe(Math.min(...others.map(other => padded(list, other))))
        },
      ),
    )
  })

  it('are one where more would save nothing', () => {
    expect(bucketLengths(Array.from({ length: 20 }, (_, i) => example(30, i)))).toEqual([32])
    expect(bucketLengths([])).toEqual([])
  })
})

describe('batches', () => {
  const settings = examples.chain(list =>
    fc.tuple(fc.constant(list), shuffled(list.length), fc.integer({ min: 1, max: 9 })),
  )

  it('hold every example once, with its targets and no others', () => {
    fc.assert(
      fc.property(settings, ([list, order, batchSize]) => {
        const seen: number[] = []
        for (const { rows, length, tokens, lossMask: weights } of paddedBatches(list, {
          batchSize,
          lengths: bucketLengths(list),
          order,
        })) {
          expect([rows, tokens.length, weights.length]).toEqual([
            batchSize,
            rows * (length + 1),
            rows * length,
          ])
          for (let row = 0; row < rows; row++) {
            const ids = tokens.subarray(row * (length + 1), (row + 1) * (length + 1))
            const index = ids.findLast(id => id >= 1000)
            const counted = weights.subarray(row * length, (row + 1) * length)
            if (index === undefined) {
              expect(counted.every(weight => weight === 0)).toBe(true)
              continue
            }
            const { ids: expected, lossMask: trained } = list[index - 1000]!
            seen.push(index - 1000)
            expect([...ids]).toEqual([
              ...expected,
              ...Array<number>(length + 1 - expected.length).fill(0),
            ])
            expect([...counted]).toEqual([
              ...trained.subarray(1),
              ...Array<number>(length + 1 - expected.length).fill(0),
            ])
          }
        }
        expect(seen.sort((a, b) => a - b)).toEqual(list.map((_, i) => i))
      }),
    )
  })

  it('are as many as the examples need, and only the last is not full', () => {
    fc.assert(
      fc.property(settings, ([list, order, batchSize]) => {
        const batches = paddedBatches(list, { batchSize, lengths: bucketLengths(list), order })
        expect(batches).toHaveLength(Math.ceil(list.length / batchSize))
        const full = batches.map(
          ({ rows, length, tokens }) =>
            Array.from({ length: rows }, (_, row) => tokens[row * (length + 1)]! > 0).filter(
              Boolean,
            ).length,
        )
        expect(full.slice(0, -1).every(count => count === batchSize)).toBe(true)
      }),
    )
  })

  it('are the same for the same order, and others for another', () => {
    const list = Array.from({ length: 20 }, (_, i) => example(20, i))
    const lengths = bucketLengths(list)
    const forward = Int32Array.from(list, (_, i) => i)
    const batches = (order: Int32Array): unknown =>
      paddedBatches(list, { batchSize: 4, lengths, order })
    expect(batches(forward)).toEqual(batches(forward))
    expect(batches(forward)).not.toEqual(batches(forward.toReversed()))
  })
})

function subsets(values: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return values.flatMap((value, i) =>
    subsets(values.slice(i + 1), size - 1).map(rest => [value, ...rest]),
  )
}
