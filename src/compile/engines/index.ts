import { UserError, nearest, unreachable } from '../../errors.js'
import { engineNames } from '../engine.js'
import type { Engine, EngineName, EngineOptions } from '../engine.js'
import { createEagerEngine } from './eager.js'
import { createOnnxruntimeEngine } from './onnxruntime.js'
import { createGpuEngine } from './onnxruntime-gpu.js'
import { createTensorflowEngine } from './tensorflow.js'
import { TelemetryError } from './telemetry.js'

export { engineNames } from '../engine.js'

/**
 * What `auto` tries, in order. Other engines may be faster, but may not load: they are used only
 * when they are named.
 */
export const automaticEngines = [
  'onnxruntime',
  'tfjs-wasm',
  'tfjs-cpu',
] as const satisfies readonly EngineName[]

/**
 * @param name `auto`: the one that the variable TUNE_ENGINE names, or else the first of
 *   onnxruntime, wasm and plain JS that is usable
 * @throws UserError when the engine isn't usable on this machine
 */
export async function createEngine(
  name: EngineName | 'auto',
  options: EngineOptions,
): Promise<Engine> {
  const choice = name === 'auto' ? parseEngineName(process.env['TUNE_ENGINE'], 'TUNE_ENGINE') : name
  if (choice !== 'auto') return createByName(choice, options)
  let lastError: unknown
  for (const candidate of automaticEngines) {
    try {
      return await createByName(candidate, options)
    } catch (error) {
      // Not a matter of the machine: the caller can mend it, and a slower engine would hide it.
      if (error instanceof TelemetryError) throw error
      lastError = error
    }
  }
  throw lastError
}

/** @returns `auto` for no word @throws UserError for a word that names no engine */
function parseEngineName(word: string | undefined, subject: string): EngineName | 'auto' {
  const choices = ['auto', ...engineNames] as const
  const choice = word ? choices.find(name => name === word) : 'auto'
  if (choice) return choice
  const suggestion = nearest(word!, choices)
  throw new UserError(
    `${subject} "${word}"`,
    'is not an engine',
    `${suggestion ? `Did you mean ${suggestion}? ` : ''}There are ${choices.join(', ')}`,
  )
}

function createByName(name: EngineName, options: EngineOptions): Promise<Engine> {
  switch (name) {
    case 'onnxruntime':
      return createOnnxruntimeEngine(options)
    case 'onnxruntime-webgpu':
      return createGpuEngine('webgpu', options)
    case 'onnxruntime-cuda':
      return createGpuEngine('cuda', options)
    case 'tensorflow':
      return createTensorflowEngine(options)
    case 'tfjs-tensorflow':
    case 'tfjs-wasm':
    case 'tfjs-cpu':
      return createEagerEngine(name, options)
    default:
      return unreachable(name)
  }
}
