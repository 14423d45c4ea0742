import { UserError, nearest, unreachable } from '../../errors.js'
import { engineNames } from '../engine.js'
import type { Engine, EngineName, EngineOptions } from '../engine.js'
import type { TensorSpec } from '../program.js'
import { createEagerEngine } from './eager.js'
import { createOnnxruntimeEngine } from './onnxruntime.js'
import { createGpuEngine } from './onnxruntime-gpu.js'
import { createTensorflowEngine } from './tensorflow.js'

export { engineNames } from '../engine.js'
export type AvailableName = EngineName

export interface EngineReport {
  readonly name: AvailableName
  readonly device: string
  /** Of the package that computes; null when it isn't there. */
  readonly version: string | null
  readonly usable: boolean
  /** Why it isn't usable, and what to do; null when it is. */
  readonly reason: string | null
}

/**
 * What `auto` tries, in order. Others may be faster, but nothing promises that they load: only who
 * names one gets it.
 */
export const automaticEngines = [
  'onnxruntime',
  'tfjs-wasm',
  'tfjs-cpu',
] as const satisfies readonly AvailableName[]

/**
 * @param name `auto`: the one that the variable TUNE_ENGINE names, or else the first of
 *   onnxruntime, wasm and plain JS that is usable
 * @throws UserError when the engine isn't usable on this machine
 */
export async function createEngine(
  name: AvailableName | 'auto',
  options: EngineOptions,
): Promise<Engine> {
  const named = name === 'auto' ? engineNamed(process.env['TUNE_ENGINE'], 'TUNE_ENGINE') : name
  if (named !== 'auto') return createNamed(named, options)
  let last: unknown
  for (const candidate of automaticEngines) {
    try {
      return await createNamed(candidate, options)
    } catch (error) {
      last = error
    }
  }
  throw last
}

/** @throws UserError for a word that names no engine; none at all is `auto` */
export function engineNamed(word: string | undefined, subject: string): AvailableName | 'auto' {
  const known = ['auto', ...engineNames] as const
  const found = word ? known.find(name => name === word) : 'auto'
  if (found) return found
  const meant = nearest(word!, known)
  throw new UserError(
    `${subject} "${word}"`,
    'is not an engine',
    `${meant ? `Did you mean ${meant}? ` : ''}There are ${known.join(', ')}`,
  )
}

/** Tries each engine. Never throws. */
export async function availableEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = []
  for (const name of engineNames) reports.push(await report(name))
  return reports
}

async function report(name: AvailableName): Promise<EngineReport> {
  try {
    const engine = await createNamed(name, { threads: 1 })
    const { device, version } = engine
    await check(engine)
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

/** What loads may still not compute. */
async function check(engine: Engine): Promise<void> {
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

function createNamed(name: AvailableName, options: EngineOptions): Promise<Engine> {
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
