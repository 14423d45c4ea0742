import type { Engine, State } from '../../compile/engine.js'
import type { HostTensor, Named } from '../../compile/program.js'
import type { DecoderConfig } from '../config.js'
import { elementCount } from '../../util/element-count.js'
import { cacheSpecs } from './program.js'

/**
 * Keys and values of some rows of tokens, with an engine, in memory that grows with the rows: a
 * step reads all of it.
 */
export interface GrowingCache {
  readonly rows: number
  /** @returns the state, with room for that many positions of each row */
  reserve(positions: number): Promise<{ readonly state: State; readonly positions: number }>
  dispose(): void
}

export function growingCache(
  { engine, config }: { readonly engine: Engine; readonly config: DecoderConfig },
  rows: number,
): GrowingCache {
  let state: State | null = null
  let size = 0
  return {
    rows,
    async reserve(positions) {
      if (state && positions <= size) return { state, positions: size }
      const before = state && { positions: size, values: await state.read() }
      state?.dispose()
      state = null
      size = sizeFor(positions)
      state = await engine.createState(cacheValues(config, rows, size, before))
      return { state, positions: size }
    },
    dispose: () => state?.dispose(),
  }
}

/** Few sizes, so that few programs are built: 64, 96, 128, 192, 256, and so on. */
function sizeFor(positions: number): number {
  const power = Math.max(64, 2 ** Math.ceil(Math.log2(positions)))
  return power > 64 && positions <= 0.75 * power ? 0.75 * power : power
}

/** A cache with what another one holds, and zeros. */
function cacheValues(
  config: DecoderConfig,
  rows: number,
  positions: number,
  before: { readonly positions: number; readonly values: Named<HostTensor> } | null,
): Named<HostTensor> {
  return Object.fromEntries(
    Object.entries(cacheSpecs(config, { rows, positions })).map(([name, spec]) => {
      const data = new Float32Array(elementCount(spec.shape))
      if (before) {
        const [from, to] = [before.positions * config.headDim, positions * config.headDim]
        const old = before.values[name]!.data
        for (let i = 0; i * from < old.length; i++)
          data.set(old.subarray(i * from, (i + 1) * from), i * to)
      }
      return [name, { ...spec, data }]
    }),
  )
}
