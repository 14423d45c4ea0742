import type { Batch } from '../dataset/batches.js'

/**
 * How many rows of a length go through a model at once, as found by trying: it is asked before each
 * batch and told how that went.
 */
export interface Fitting {
  /** @returns the most rows to try; Infinity where nothing is known */
  rows(length: number): number
  /**
   * Called before rows are tried for the first time: should the process die of them, its successor
   * must know.
   */
  trying(length: number, rows: number): void
  fits(length: number, rows: number): void
  fails(length: number, rows: number): void
  /** Whether an error says that memory ran out. */
  outOfMemory(error: unknown): boolean
}

/**
 * Does a step with as many rows at a time as fit: where memory runs out, with half of them.
 *
 * @param work gets the batch in parts of equal shape, one where it fits as it is; called anew with
 *   smaller ones after it
 *             failed, so a failed call must leave no trace
 */
export async function microBatches<T>(
  batch: Batch,
  fitting: Fitting | undefined,
  work: (parts: readonly Batch[]) => Promise<T>,
): Promise<T> {
  if (!fitting) return work([batch])
  const { length } = batch
  for (;;) {
    const rows = Math.min(batch.rows, fitting.rows(length))
    fitting.trying(length, rows)
    try {
      const result = await work(partsOf(batch, rows))
      fitting.fits(length, rows)
      return result
    } catch (error) {
      if (!fitting.outOfMemory(error) || rows === 1) throw error
      fitting.fails(length, rows)
    }
  }
}

/** A batch in parts of `rows` rows; the last is filled up with rows that count for nothing. */
export function partsOf(batch: Batch, rows: number): readonly Batch[] {
  if (rows >= batch.rows) return [batch]
  const { length, tokens: allTokens, weights: allWeights } = batch
  return Array.from({ length: Math.ceil(batch.rows / rows) }, (_, i) => {
    const tokens = new Int32Array(rows * (length + 1))
    const weights = new Float32Array(rows * length)
    tokens.set(allTokens.subarray(i * rows * (length + 1), (i + 1) * rows * (length + 1)))
    weights.set(allWeights.subarray(i * rows * length, (i + 1) * rows * length))
    return { rows, length, tokens, weights }
  })
}
