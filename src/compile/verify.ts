import { createEagerEngine } from './engines/eager.js'
import type { Engine } from './engine.js'
import { emitOnnx } from './onnx/emit.js'
import type { HostTensor, Named, Program, TensorSpec } from './program.js'
import { UntraceableError } from './trace/errors.js'
import { elementCount } from '../util/element-count.js'
import { mapNamed, trace } from './trace/trace.js'

export interface VerifyOptions {
  /** Values to use instead of random ones, such as ids and masks. */
  readonly state?: Named<HostTensor>
  readonly inputs?: Named<HostTensor>
  /** Largest difference allowed, relative to the largest element of its tensor or 1. */
  readonly tolerance?: number
}

export type Verification =
  | { readonly ok: true; readonly maxDifference: number }
  | { readonly ok: false; readonly reason: string }

/**
 * Runs a program once on an engine and once in plain JavaScript and compares outputs and new state.
 * Use a program of small shapes; random floats are in 0.05–0.55, so that a second moment among them
 * is valid, and random integers are 0 or 1.
 */
export async function verify(
  program: Program,
  engine: Engine,
  { state = {}, inputs = {}, tolerance = 1e-4 }: VerifyOptions = {},
): Promise<Verification> {
  if (drawsRandomNumbers(program))
    return {
      ok: false,
      reason:
        `${program.name} draws random numbers, which a graph would repeat: ` +
        'feed them as inputs',
    }
  const uniform = uniforms()
  const states = mapNamed(program.state, (spec, name) => state[name] ?? randomTensor(spec, uniform))
  const inputValues = mapNamed(
    program.inputs,
    (spec, name) => inputs[name] ?? randomTensor(spec, uniform),
  )
  const plain = await createEagerEngine('tfjs-cpu', { threads: 1 })
  const expected = await runOnce(plain, program, states, inputValues)
  await plain.dispose()
  const actual = await runOnce(engine, program, states, inputValues)
  let maxDifference = 0
  for (const [name, tensor] of Object.entries(expected)) {
    if (!tensor.data.every(Number.isFinite))
      return {
        ok: false,
        reason:
          `${program.name}: ${name} is not finite in plain JavaScript; ` +
          'pass values for which it is',
      }
    const difference = largestDifference(tensor.data, actual[name]!.data)
    if (!(difference <= tolerance))
      return {
        ok: false,
        reason:
          `${program.name}: ${name} differs by ${difference.toPrecision(2)} ` +
          `between ${engine.name} and plain JavaScript`,
      }
    maxDifference = Math.max(maxDifference, difference)
  }
  return { ok: true, maxDifference }
}

/** A pure program gives the same graph when it is traced twice. */
function drawsRandomNumbers(program: Program): boolean {
  try {
    return !Buffer.from(emitOnnx(trace(program)).bytes).equals(emitOnnx(trace(program)).bytes)
  } catch (error) {
    if (error instanceof UntraceableError) return false
    throw error
  }
}

async function runOnce(
  engine: Engine,
  program: Program,
  values: Named<HostTensor>,
  inputs: Named<HostTensor>,
): Promise<Named<HostTensor>> {
  const state = await engine.createState(values)
  const [runnable] = await engine.load([program])
  try {
    const outputs = await runnable!.run(state, inputs)
    const next = await state.read()
    return { ...prefixed('output ', outputs), ...prefixed('new ', next) }
  } finally {
    runnable!.dispose()
    state.dispose()
  }
}

function prefixed(prefix: string, values: Named<HostTensor>): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]))
}

function largestDifference(expected: HostTensor['data'], actual: HostTensor['data']): number {
  let scale = 1
  let difference = 0
  for (const [i, value] of expected.entries()) {
    scale = Math.max(scale, Math.abs(value))
    const elementDifference = Math.abs(value - actual[i]!)
    if (!(elementDifference <= difference)) difference = elementDifference // not-a-number stays
  }
  return difference / scale
}

function randomTensor({ shape, dtype }: TensorSpec, uniform: () => number): HostTensor {
  const length = elementCount(shape)
  return dtype === 'int32'
    ? { shape, dtype, data: Int32Array.from({ length }, () => Math.floor(2 * uniform())) }
    : { shape, dtype, data: Float32Array.from({ length }, () => 0.05 + 0.5 * uniform()) }
}

/** mulberry32: sufficient for test values, and equal on all machines. */
function uniforms(): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
