import { memoryBytes, updateModule } from './update-module.js'
import type { Source, Update } from './split-updates.js'
import { PAGE_BYTES } from './webassembly.js'

export interface UpdateRunner {
  /** Tensors of one element that `run` takes the values of. */
  readonly scalars: readonly Source[]
  /** @param tensor returns the data of a source; that of state is written in place */
  run(scalars: readonly number[], tensor: (source: Source) => Float32Array): void
}

type CompiledUpdate = (bytes: number, ...scalars: number[]) => void

const FLOAT_BYTES = 4

/** Compiles updates. Their runners share one small memory, so only one runs at a time. */
export class UpdateCompiler {
  readonly #memory = new WebAssembly.Memory({ initial: memoryBytes / PAGE_BYTES })
  readonly #floats = new Float32Array(this.#memory.buffer)
  readonly #compiledByBinary = new Map<string, CompiledUpdate>()

  runner(update: Update): UpdateRunner {
    const { binary, stride, writeIndices } = updateModule(update)
    const compiled = this.#compile(binary)
    const floats = this.#floats
    const chunk = stride / FLOAT_BYTES
    return {
      scalars: update.scalars.map(([, source]) => source),
      run(scalars, tensor) {
        const reads = update.vectors.map(([, source]) => tensor(source))
        const writes = update.writes.map(([name]) => tensor({ from: 'state', name }))
        for (let begin = 0; begin < update.length; begin += chunk) {
          const end = Math.min(update.length, begin + chunk)
          reads.forEach((data, i) => floats.set(data.subarray(begin, end), i * chunk))
          compiled(FLOAT_BYTES * (end - begin), ...scalars)
          writes.forEach((data, i) => {
            const offset = writeIndices[i]! * chunk
            data.set(floats.subarray(offset, offset + end - begin), begin)
          })
        }
      },
    }
  }

  #compile(binary: Uint8Array<ArrayBuffer>): CompiledUpdate {
    const key = Buffer.from(binary).toString('base64')
    const existing = this.#compiledByBinary.get(key)
    if (existing) return existing
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      host: { memory: this.#memory },
    })
    const compiled = exports.run as CompiledUpdate
    this.#compiledByBinary.set(key, compiled)
    return compiled
  }
}
