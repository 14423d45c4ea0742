import { UserError, nearest, unreachable } from '../../errors.js'
import { engineNames } from '../engine.js'
import type { Engine, EngineName, EngineOptions } from '../engine.js'
import type { TensorSpec } from '../program.js'
import { createEagerEngine } from './eager.js'
import { createOnnxruntimeEngine } from './onnxruntime.js'
import { createGpuEngine } from './onnxruntime-gpu.js'
import { createTensorflowEngine } from './tensorflow.js'

export { engineNames } from '../engine.js'

export interface EngineReport {
  readonly name: EngineName
  readonly device: string
  /** Of the package that computes; null when the engine is not usable. */
  readonly version: string | null
  readonly usable: boolean
  /** Why it isn't usable, and what to do; null when it is. */
  readonly reason: string | null
}

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
      lastError = error
    }
  }
  throw lastError
}

/** @returns `auto` for no word @throws UserError for a word that names no engine */
export function parseEngineName(word: string | undefined, subject: string): EngineName | 'auto' {
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

/** Tries to create each engine and to compute with it. Never throws. */
export async function availableEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = []
  for (const name of engineNames) reports.push(await engineReport(name))
  return reports
}

async function engineReport(name: EngineName): Promise<EngineReport> {
  try {
    const engine = await createByName(name, { threads: 1 })
    const { device, version } = engine
    await checkResult(engine)
    await engine.dispose()
    return { name, device, version, usable: true, reason: null }
  } catch (error) {
    return {
      name,
      device: 'cpu',
      version: null,
      usable: false,
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}

/** @throws UserError when an engine that loads computes wrongly */
async function checkResult(engine: Engine): Promise<void> {
  const spec: TensorSpec = { shape: [2], dtype: 'float32' }
  const [double] = await engine.load([
    {
      name: 'check',
      state: {},
      inputs: { x: spec },
      body: (_, { x }) => ({ outputs: { y: x!.add(x!) } }),
    },
  ])
  const { y } = await double!.run([], { x: { ...spec, data: Float32Array.of(1, 2) } })
  if (y!.data.join() !== '2,4')
    throw new UserError(
      engine.name,
      `computes 1 + 1, 2 + 2 as ${y!.data.join()}`,
      'Use another engine',
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
