import { afterAll, vi } from 'vitest'
import { createEngine, type Engine } from '../../src/compile/index.js'

// No test here is about time, and a busy machine takes its own
vi.setConfig({ testTimeout: 180_000 })

/**
 * One that runs graphs and one that runs operation by operation: the same model code must give the
 * same numbers on both.
 */
// TUNE_TEST_ENGINES names others, where they are set up: tensorflow,tfjs-tensorflow.
export const engines = (process.env['TUNE_TEST_ENGINES']?.split(',') ?? [
  'onnxruntime',
  'tfjs-wasm',
]) as readonly ('onnxruntime' | 'tfjs-wasm' | 'tensorflow' | 'tfjs-tensorflow')[]

/** An engine for the tests of a `describe`, made when the first asks for it. */
export function engineFor(name: (typeof engines)[number]): () => Promise<Engine> {
  let engine: Promise<Engine> | undefined
  afterAll(async () => (await engine)?.dispose())
  return () => (engine ??= createEngine(name, { threads: 2 }))
}
