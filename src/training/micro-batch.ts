import type { Batch } from '../dataset/batches.js'

/**
 * How many rows of a length go through a model at once, as found by trying. It is consulted before
 * each batch and informed of the outcome.
 */
export interface Fitting {
  /** @returns the maximum number of rows to try; Infinity if no size has failed */
  rows(length: number): number
  /**
   * Called before rows are tried for the first time: if the process dies of them, its successor
   * starts with fewer.
   */
  trying(length: number, rows: number): void
  fits(length: number, rows: number): void
  fails(length: number, rows: number): void
  /** Whether an error means that memory ran out. */
  outOfMemory(error: unknown): boolean
}

/**
 * Does a step in micro-batches of as many rows as fit: if memory runs out, of half of them.
 *
 * @param work gets the batch, or micro-batches of equal shape if it doesn't fit at once. After a
 *   failure it is called again with smaller ones, so a failed call must leave no trace.
 * @throws what `work` throws, other than out of memory with more than one row
 */
export async function inMicroBatches<T>(
  batch: Batch,
  fitting: Fitting | undefined,
  work: (microBatches: readonly Batch[]) => Promise<T>,
): Promise<T> {
  if (!fitting) return work([batch])
  const { length } = batch
  for (;;) {
    const rows = Math.min(batch.rows, fitting.rows(length))
    fitting.trying(length, rows)
    try {
      const result = await work(splitRows(batch, rows))
      fitting.fits(length, rows)
      return result
    } catch (error) {
      if (!fitting.outOfMemory(error) || rows === 1) throw error
      fitting.fails(length, rows)
    }
  }
}

/** Micro-batches of `rows` rows each; the last is filled up with rows whose loss is masked. */
export function splitRows(batch: Batch, rows: number): readonly Batch[] {
  if (rows >= batch.rows) return [batch]
  const { length } = batch
  // Getters that build their arrays: see PaddedBatch
  const { tokens: allTokens, lossMask: allMasks } = batch
  return Array.from({ length: Math.ceil(batch.rows / rows) }, (_, i) => {
    const tokens = new Int32Array(rows * (length + 1))
    const lossMask = new Float32Array(rows * length)
    tokens.set(allTokens.subarray(i * rows * (length + 1), (i + 1) * rows * (length + 1)))
    lossMask.set(allMasks.subarray(i * rows * length, (i + 1) * rows * length))
    return { rows, length, tokens, lossMask }
  })
}
