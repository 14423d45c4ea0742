import type { Engine, Runnable } from '../compile/engine.js'
import type { Program } from '../compile/program.js'
import { LoadingCache } from '../util/loading-cache.js'

/** Programs of one model on one engine, each loaded when it is first needed. */
export interface Runnables extends Pick<Engine, 'shardCount'> {
  /** @param make called when no program of that name is loaded */
  get(name: string, make: () => Program): Promise<Runnable>
  dispose(): Promise<void>
}

/**
 * Programs that stay loaded; each holds memory of its own. An epoch needs one for each length, to
 * train and to evaluate: eight at most; the others are those of trials before it.
 */
const MAX_LOADED = 24

/**
 * @param check called with a program's sample before the first of its kind is loaded; its error is
 *   `get`'s
 */
export function runnablesOn(engine: Engine, check?: (sample: Program) => Promise<void>): Runnables {
  const loaded = new LoadingCache<Runnable>(MAX_LOADED, runnable => runnable.dispose())
  const checks = new Map<string, Promise<void>>()
  const load = async (program: Program): Promise<Runnable> => {
    const sample = check && program.sample?.()
    if (sample) {
      const kind = JSON.stringify([sample.name, sample.state, sample.inputs])
      if (!checks.has(kind)) checks.set(kind, check(sample))
      await checks.get(kind)
    }
    return (await engine.load([program]))[0]!
  }
  return {
    shardCount: positions => engine.shardCount(positions),
    get: (name, make) => loaded.get(name, () => load(make())),
    dispose: () => loaded.clear(),
  }
}
