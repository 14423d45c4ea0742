import type { HostTensor, Named } from '../compile/program.js'
import type { Batch } from '../dataset/batches.js'
import type { BatchShape } from './loss.js'

/**
 * A batch as the programs of training and evaluation take it. Target positions count from the first
 * row of their shard; unused ones are 0 and masked.
 */
export function batchInputs(
  { tokens, lossMask, rows, length }: Batch,
  { targets, shards = 1 }: Pick<BatchShape, 'targets' | 'shards'> = {},
): Named<HostTensor> {
  const ids: HostTensor = { shape: [rows, length + 1], dtype: 'int32', data: tokens }
  if (targets === undefined)
    return { tokens: ids, lossMask: { shape: [rows, length], dtype: 'float32', data: lossMask } }
  const positions = new Int32Array(targets)
  const masks = new Float32Array(targets)
  const shardLength = lossMask.length / shards
  for (let shard = 0; shard < shards; shard++) {
    let next = shard * (targets / shards)
    for (let position = 0; position < shardLength; position++) {
      const mask = lossMask[shard * shardLength + position]!
      if (mask === 0) continue
      positions[next] = position
      masks[next++] = mask
    }
  }
  return {
    tokens: ids,
    targetPositions: { shape: [targets], dtype: 'int32', data: positions },
    lossMask: { shape: [targets], dtype: 'float32', data: masks },
  }
}

/**
 * How many targets a program is made for that takes these batches: enough for those that count in
 * each shard, rounded up to quarters of all, so that few programs are made.
 *
 * @param batches of one shape
 * @returns undefined if it is all of them
 */
export function targetCount(batches: readonly Batch[], shards = 1): number | undefined {
  const all = batches[0]!.lossMask.length / shards
  const max = Math.max(
    ...batches.flatMap(({ lossMask }) =>
      Array.from({ length: shards }, (_, i) =>
        lossMask
          .subarray(i * all, (i + 1) * all)
          .reduce((count, mask) => count + Number(mask !== 0), 0),
      ),
    ),
  )
  const quarter = Math.ceil(all / 4)
  const targets = quarter * Math.max(1, Math.ceil(max / quarter))
  return targets < all ? shards * targets : undefined
}

/** @returns the largest number of shards, `max` or fewer, that have equal numbers of rows */
export function shardCount(rows: number, max: number): number {
  for (let shards = Math.min(rows, max); shards > 1; shards--)
    if (rows % shards === 0) return shards
  return 1
}
