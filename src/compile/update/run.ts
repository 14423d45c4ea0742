import { memoryBytes, updateModule } from './module.js'
import type { Source, Update } from './split.js'

/**
 * Runs an update: `tensor` gives the data of what it reads and writes, which for state is written
 * in place.
 */
export interface UpdateRunner {
  readonly scalars: readonly Source[]
  run(scalars: readonly number[], tensor: (source: Source) => Float32Array): void
}

/** Makes runners that work one after the other in one small memory. */
export function updateRunners(): (update: Update) => UpdateRunner {
  const memory = new WebAssembly.Memory({ initial: memoryBytes / 65536 })
  const floats = new Float32Array(memory.buffer)
  const known = new Map<string, (bytes: number, ...scalars: number[]) => void>()

  const compiled = (
    binary: Uint8Array<ArrayBuffer>,
  ): ((bytes: number, ...scalars: number[]) => void) => {
    const key = Buffer.from(binary).toString('base64')
    const found = known.get(key)
    if (found) return found
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      host: { memory },
    })
    const run = exports.run as (bytes: number, ...scalars: number[]) => void
    known.set(key, run)
    return run
  }

  return update => {
    const { binary, stride, places } = updateModule(update)
    const kernel = compiled(binary)
    const step = stride / 4
    return {
      scalars: update.scalars.map(([, source]) => source),
      run(scalars, tensor) {
        const reads = update.vectors.map(([, source]) => tensor(source))
        const writes = update.writes.map(([name]) => tensor({ from: 'state', name }))
        for (let begin = 0; begin < update.length; begin += step) {
          const end = Math.min(update.length, begin + step)
          reads.forEach((data, i) => floats.set(data.subarray(begin, end), i * step))
          kernel(4 * (end - begin), ...scalars)
          writes.forEach((data, i) =>
            data.set(floats.subarray(places[i]! * step, places[i]! * step + end - begin), begin),
          )
        }
      },
    }
  }
}
