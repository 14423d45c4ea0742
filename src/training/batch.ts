import type { HostTensor, Named } from '../compile/program.js'
import type { Batch } from '../dataset/batches.js'

/** How the rows of a batch go into a program. */
export interface Arrangement {
  /** As `targetsOf` gives it: then the batch comes with the places of its trained targets alone. */
  readonly targets?: number
  /** Equal numbers of rows, each with its share of the targets. */
  readonly parts?: number
}

/**
 * A batch as a program of training or evaluation takes it. Places count from the first row of their
 * part.
 */
export function batchInputs(
  { tokens, weights, rows, length }: Batch,
  { targets, parts = 1 }: Arrangement = {},
): Named<HostTensor> {
  const given = { tokens: { shape: [rows, length + 1], dtype: 'int32' as const, data: tokens } }
  if (targets === undefined)
    return { ...given, trained: { shape: [rows, length], dtype: 'float32', data: weights } }
  const places = new Int32Array(targets)
  const counted = new Float32Array(targets)
  const size = weights.length / parts
  for (let part = 0; part < parts; part++) {
    let next = part * (targets / parts)
    for (let place = 0; place < size; place++) {
      const weight = weights[part * size + place]!
      if (weight === 0) continue
      places[next] = place
      counted[next++] = weight
    }
  }
  return {
    ...given,
    places: { shape: [targets], dtype: 'int32', data: places },
    counted: { shape: [targets], dtype: 'float32', data: counted },
  }
}

/**
 * How many targets a program is made for that learns from these batches: enough for the trained
 * ones of each part, in quarters of all, so that few programs are made.
 *
 * @param batches of one shape
 * @returns undefined where it is all of them
 */
export function targetsOf(batches: readonly Batch[], parts = 1): number | undefined {
  const all = batches[0]!.weights.length / parts
  const most = Math.max(
    ...batches.flatMap(({ weights }) =>
      Array.from({ length: parts }, (_, i) =>
        weights
          .subarray(i * all, (i + 1) * all)
          .reduce((count, weight) => count + Number(weight !== 0), 0),
      ),
    ),
  )
  const quarter = Math.ceil(all / 4)
  const targets = quarter * Math.max(1, Math.ceil(most / quarter))
  return targets < all ? parts * targets : undefined
}

/** @returns the largest number of parts, at most so many, of equal numbers of rows */
export function partsOf(rows: number, most: number): number {
  for (let parts = Math.min(rows, most); parts > 1; parts--) if (rows % parts === 0) return parts
  return 1
}
