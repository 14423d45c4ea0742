import type { EngineName } from '../../src/compile/index.js'

/**
 * Engines held against plain JavaScript: those that npm brings. TUNE_TEST_ENGINES names others,
 * where they are set up: `tensorflow,tfjs-tensorflow`.
 */
export const testedEngines = (process.env['TUNE_TEST_ENGINES']?.split(',') ?? [
  'onnxruntime',
  'tfjs-wasm',
]) as readonly EngineName[]
