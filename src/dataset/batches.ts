import type { Example } from './example.js'

export interface Batch {
  readonly rows: number
  /** Targets a row. */
  readonly length: number
  /** [rows, length + 1]: each token is the target of those before it. Padded with 0 behind. */
  readonly tokens: Int32Array
  /**
   * [rows, length]: 1 where the target counts in the loss, 0 elsewhere and throughout rows that
   * only fill the batch.
   */
  readonly lossMask: Float32Array
}

/** A length more is a program more to build: it must save this share of all the tokens computed. */
const WORTHWHILE = 0.05
const MOST_LENGTHS = 4
const STEP = 8

/**
 * A few fixed lengths for the examples, ascending: every example has a length of at least its
 * targets. Multiples of 8, at most 4 of them, chosen by dynamic programming so that the fewest
 * tokens are padding.
 */
export function bucketLengths(examples: readonly Example[]): number[] {
  const counts = new Map<number, number>()
  for (const example of examples)
    counts.set(roundedLength(example), (counts.get(roundedLength(example)) ?? 0) + 1)
  const lengths = [...counts.keys()].sort((a, b) => a - b)
  const below = lengths.map((_, i) =>
    lengths.slice(0, i + 1).reduce((sum, length) => sum + counts.get(length)!, 0),
  )
  let best = cheapest(lengths, below, 1)
  for (let count = 2; count <= Math.min(MOST_LENGTHS, lengths.length); count++) {
    const next = cheapest(lengths, below, count)
    if (next.cost < best.cost * (1 - WORTHWHILE) ** (count - best.chosen.length)) best = next
  }
  return best.chosen
}

/**
 * Examples as batches of one and the same number of rows. Examples go in the order given into the
 * smallest length that takes them, and a batch comes out when its rows are full; what is left of
 * all lengths at the end shares batches of the length they need, so that there are ⌈examples /
 * batchSize⌉ in all and only the last has rows that count for nothing.
 *
 * @param lengths ascending, as of bucketLengths
 * @param order   a permutation of the examples' indices
 */
export function paddedBatches(
  examples: readonly Example[],
  {
    batchSize,
    lengths,
    order,
  }: {
    readonly batchSize: number
    readonly lengths: readonly number[]
    readonly order: Int32Array
  },
): Batch[] {
  const waiting = lengths.map((): Example[] => [])
  const batches: Batch[] = []
  for (const index of order) {
    const example = examples[index]!
    const bucket = bucketIndex(example, lengths)
    waiting[bucket]!.push(example)
    if (waiting[bucket]!.length === batchSize)
      batches.push(new PaddedBatch(waiting[bucket]!.splice(0), batchSize, lengths[bucket]!))
  }
  const remaining = waiting.flat()
  for (let at = 0; at < remaining.length; at += batchSize) {
    const rows = remaining.slice(at, at + batchSize)
    batches.push(new PaddedBatch(rows, batchSize, lengths[bucketIndex(rows.at(-1)!, lengths)]!))
  }
  return batches
}

function roundedLength({ ids }: Example): number {
  return Math.max(1, Math.ceil((ids.length - 1) / STEP)) * STEP
}

function bucketIndex({ ids }: Example, lengths: readonly number[]): number {
  const bucket = lengths.findIndex(length => length >= ids.length - 1)
  if (bucket === -1)
    throw new Error(`an example of ${ids.length} tokens is longer than ${lengths.at(-1)} targets`)
  return bucket
}

/**
 * Padded whenever it is asked for: the batches of an epoch would take eight bytes a token, the
 * examples in their store take two.
 */
class PaddedBatch implements Batch {
  constructor(
    private readonly examples: readonly Example[],
    readonly rows: number,
    readonly length: number,
  ) {}

  get tokens(): Int32Array {
    const tokens = new Int32Array(this.rows * (this.length + 1))
    for (const [row, { ids }] of this.examples.entries()) tokens.set(ids, row * (this.length + 1))
    return tokens
  }

  get lossMask(): Float32Array {
    const masks = new Float32Array(this.rows * this.length)
    for (const [row, { lossMask }] of this.examples.entries())
      masks.set(lossMask.subarray(1), row * this.length)
    return masks
  }
}

/**
 * The `count` lengths with the fewest tokens, padding included. `below[i]` examples are of
 * `lengths[i]` or shorter.
 */
function cheapest(
  lengths: readonly number[],
  below: readonly number[],
  count: number,
): { cost: number; chosen: number[] } {
  if (lengths.length === 0) return { cost: 0, chosen: [] }
  let row = lengths.map((length, i) => ({ cost: below[i]! * length, chosen: [length] }))
  for (let size = 2; size <= count; size++) {
    const shorter = row
    row = lengths.map((length, i) =>
      shorter.slice(0, i).reduce((best, { cost, chosen }, j) => {
        const total = cost + (below[i]! - below[j]!) * length
        return total < best.cost ? { cost: total, chosen: [...chosen, length] } : best
      }, shorter[i]!),
    )
  }
  return row.at(-1)!
}
