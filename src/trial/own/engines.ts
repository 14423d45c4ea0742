import * as tf from '@tensorflow/tfjs'
import { createEngine } from '../../compile/index.js'
import type { Engine } from '../../compile/engine.js'

/** What a thread computes with, made once and kept for its further trials. */
export interface Engines {
  readonly tf: typeof tf
  /** Runs graphs, where one does; the eager one where none does. */
  readonly fast: Engine
  /** tfjs's own: what `tf` computes with outside a graph. */
  readonly eager: Engine
}

let engines: Promise<Engines> | undefined

export function enginesOf(threads: number): Promise<Engines> {
  engines ??= open(threads).catch((error: unknown) => {
    engines = undefined
    throw error
  })
  return engines
}

async function open(threads: number): Promise<Engines> {
  const fast = await createEngine('auto', { threads })
  const eager = fast.name === 'onnxruntime' ? await createEngine('tfjs-wasm', { threads }).catch(() => createEngine('tfjs-cpu', { threads })) : fast
  await tf.ready()
  return { tf, fast, eager }
}
