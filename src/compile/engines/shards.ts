import type { HostTensor, Named, Sharding } from '../program.js'
import { mapNamed } from '../trace/trace.js'

/** @returns the inputs of each shard */
export function splitInputs(
  { shardCount, shardedInputs, shard }: Sharding,
  inputs: Named<HostTensor>,
): Named<HostTensor>[] {
  return Array.from({ length: shardCount }, (_, i) =>
    mapNamed(shard.inputs, ({ shape, dtype }, name) => {
      const { data } = inputs[name]!
      const size = data.length / shardCount
      return shardedInputs.includes(name)
        ? { shape, dtype, data: data.slice(i * size, (i + 1) * size) }
        : inputs[name]!
    }),
  )
}

/**
 * Runs shards one after the other and sums their outputs in that order, so that equal runs give
 * equal bits.
 *
 * @param shards inputs of each shard, at least one
 */
export async function sumShards(
  shards: readonly Named<HostTensor>[],
  run: (inputs: Named<HostTensor>) => Promise<Named<HostTensor>>,
): Promise<Named<HostTensor>> {
  const [first, ...others] = shards
  const sums = await run(first!)
  for (const inputs of others) addInPlace(sums, await run(inputs))
  return sums
}

/** Adds `terms` to `sums`, name by name and element by element. */
export function addInPlace(sums: Named<HostTensor>, terms: Named<HostTensor>): void {
  for (const [name, { data }] of Object.entries(sums)) {
    const term = terms[name]!.data
    for (let i = 0; i < data.length; i++) data[i]! += term[i]!
  }
}
