import type { Engine, Runnable } from '../compile/engine.js'
import type { Program } from '../compile/program.js'

/** Programs of one model on one engine, each loaded when it is first asked for. */
export interface Runnables extends Pick<Engine, 'shardCount'> {
  /** @param make called when no program of that name is loaded */
  get(name: string, make: () => Program): Promise<Runnable>
  dispose(): Promise<void>
}

/**
 * Programs kept ready. An epoch needs one for each length, to train and to evaluate: eight at most;
 * the rest are those of trials before it.
 */
const KEPT = 24

/**
 * The programs used longest ago go when there are too many; each holds memory of its own.
 *
 * @param check called with a program's sample before the first of its kind is loaded; its error is
 *   `get`'s
 */
export function runnablesOn(engine: Engine, check?: (sample: Program) => Promise<void>): Runnables {
  const loaded = new Map<string, Promise<Runnable>>()
  const checked = new Map<string, Promise<void>>()
  const load = async (program: Program): Promise<Runnable> => {
    const sample = check && program.sample?.()
    if (sample) {
      const kind = JSON.stringify([sample.name, sample.state, sample.inputs])
      if (!checked.has(kind)) checked.set(kind, check(sample))
      await checked.get(kind)
    }
    return (await engine.load([program]))[0]!
  }
  return {
    shardCount: positions => engine.shardCount(positions),
    async get(name, make) {
      const runnable = loaded.get(name) ?? load(make())
      loaded.delete(name)
      loaded.set(name, runnable)
      for (const [oldest, unused] of loaded) {
        if (loaded.size <= KEPT) break
        loaded.delete(oldest)
        ;(await unused).dispose()
      }
      return runnable
    },
    async dispose() {
      for (const runnable of await Promise.all(loaded.values())) runnable.dispose()
      loaded.clear()
    },
  }
}
