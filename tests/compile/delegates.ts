import type { Engine, Runnable } from '../../src/compile/index.js'

/** The engine as a plain object, whose members a test may replace by spreading it. */
export function engineDelegate(engine: Engine): Engine {
  return {
    name: engine.name,
    device: engine.device,
    version: engine.version,
    shardCount: positions => engine.shardCount(positions),
    createState: values => engine.createState(values),
    load: programs => engine.load(programs),
    dispose: () => engine.dispose(),
  }
}

export function runnableDelegate(runnable: Runnable): Runnable {
  return {
    run: (states, inputs) => runnable.run(states, inputs),
    dispose: () => runnable.dispose(),
  }
}
