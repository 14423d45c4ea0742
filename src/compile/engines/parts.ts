import type { Divided, HostTensor, Named } from '../program.js'
import { mapNamed } from '../trace/trace.js'

/** @returns the inputs of each part */
export function cutInputs(
  { parts, cut, part }: Divided,
  inputs: Named<HostTensor>,
): Named<HostTensor>[] {
  return Array.from({ length: parts }, (_, i) =>
    mapNamed(part.inputs, ({ shape, dtype }, name) => {
      const { data } = inputs[name]!
      const size = data.length / parts
      return cut.includes(name)
        ? { shape, dtype, data: data.slice(i * size, (i + 1) * size) }
        : inputs[name]!
    }),
  )
}

/**
 * Runs parts one after the other and sums what they give, in their order: equal runs give equal
 * bits.
 */
export async function summed(
  parts: readonly Named<HostTensor>[],
  run: (inputs: Named<HostTensor>) => Promise<Named<HostTensor>>,
): Promise<Named<HostTensor>> {
  const [first, ...others] = parts
  const sums = await run(first!)
  for (const inputs of others) addTo(sums, await run(inputs))
  return sums
}

export function addTo(sums: Named<HostTensor>, more: Named<HostTensor>): void {
  for (const [name, { data }] of Object.entries(sums)) {
    const added = more[name]!.data
    for (let i = 0; i < data.length; i++) data[i]! += added[i]!
  }
}
