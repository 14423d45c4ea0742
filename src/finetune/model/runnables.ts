import type { Engine, Runnable } from '../../compile/engine.js'
import type { Program } from '../../compile/program.js'

/** Programs of one model on one engine, each loaded when it is first asked for. */
export interface Runnables {
  /** @param make called when no program of that name has been asked for yet */
  get(name: string, make: () => Program): Promise<Runnable>
  dispose(): Promise<void>
}

export function runnablesOn(engine: Engine): Runnables {
  const loaded = new Map<string, Promise<Runnable>>()
  return {
    get(name, make) {
      let runnable = loaded.get(name)
      if (!runnable) {
        runnable = engine.load([make()]).then(([only]) => only!)
        loaded.set(name, runnable)
      }
      return runnable
    },
    async dispose() {
      for (const runnable of await Promise.all(loaded.values())) runnable.dispose()
      loaded.clear()
    },
  }
}
