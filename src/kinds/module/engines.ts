import * as tf from '@tensorflow/tfjs'
import { createEngine } from '../../compile/index.js'
import type { Engine } from '../../compile/engine.js'
import { locateTfjsNode } from '../../compile/engines/tensorflow-package.js'

/** What a thread computes with, made once and kept for its further trials. */
export interface Engines {
  readonly tf: typeof tf
  /** Runs graphs, where one does; the eager one where none does. */
  readonly fast: Engine
  /** tfjs's own: what `tf` computes with outside a graph. */
  readonly eager: Engine
}

let engines: Promise<Engines> | undefined

export function threadEngines(threads: number): Promise<Engines> {
  engines ??= open(threads).catch((error: unknown) => {
    engines = undefined
    throw error
  })
  return engines
}

async function open(threads: number): Promise<Engines> {
  const fast = await createEngine('auto', { threads })
  const eager = fast.name.startsWith('tfjs-') ? fast : await eagerBeside(threads)
  await tf.ready()
  return { tf, fast, eager }
}

/** TensorFlow where it has been installed; nothing promises that it loads. */
async function eagerBeside(threads: number): Promise<Engine> {
  const names = locateTfjsNode()
    ? (['tfjs-tensorflow', 'tfjs-wasm'] as const)
    : (['tfjs-wasm'] as const)
  for (const name of names) {
    const engine = await createEngine(name, { threads }).catch(() => null)
    if (engine) return engine
  }
  return createEngine('tfjs-cpu', { threads })
}
