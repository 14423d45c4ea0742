import { readFileSync } from 'node:fs'
import type { HostTensor, Named } from '../../src/compile/program.js'
import type { Batch } from '../../src/dataset/batches.js'
import type { DecoderConfig } from '../../src/decoder/config.js'
import { weightSpecs } from '../../src/decoder/weights.js'
import { elementCount } from '../../src/util/element-count.js'
import type { Schedule } from '../../src/settings/index.js'

interface Training {
  readonly schedule: Schedule
  readonly warmupSteps: number
  readonly clipNorm: number
  readonly weightDecay: number
  readonly learningRate: number
  readonly losses: readonly number[]
  readonly norms: readonly number[]
  readonly rates: readonly number[]
}

interface Golden {
  readonly tokens: readonly number[]
  readonly trained: readonly number[]
  readonly logits: readonly number[]
  readonly loss: number
  readonly gradients: Readonly<Record<string, readonly number[]>>
  readonly training: readonly Training[]
  readonly prompts: readonly (readonly number[])[]
  readonly greedy: readonly (readonly number[])[]
}

/**
 * Values by torch and transformers, and the model and batches they were made with:
 * scripts/golden/llama.py.
 */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/llama-tiny.json', import.meta.url), 'utf8'),
) as {
  readonly config: Omit<DecoderConfig, 'tied'>
  readonly batch: number
  readonly length: number
  readonly tied: Golden
  readonly untied: Golden
}

export const tinyConfig = (tied: boolean): DecoderConfig => ({ ...golden.config, tied })

/** Each weight's stream is its place in alphabetical order. */
export function tinyWeights(config: DecoderConfig): Named<HostTensor> {
  const names = Object.keys(weightSpecs(config)).sort()
  return Object.fromEntries(
    names.map((name, stream) => {
      const { shape } = weightSpecs(config)[name]!
      const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => {
        const u = uniform(i, stream + 1) - 0.5
        return shape.length === 1 ? 1 + 0.5 * u : 0.8 * u
      })
      return [name, { shape, dtype: 'float32', data }]
    }),
  )
}

/** Batch of a training step: every fourth ends with a row of padding. */
export function tinyBatch(step: number): Batch {
  const { batch, length, config } = golden
  const index = step % 4
  const tokens = Int32Array.from({ length: batch * (length + 1) }, (_, i) =>
    Math.floor(uniform(i, 1000 + index) ** 2 * config.vocabulary),
  )
  const trained = Float32Array.from({ length: batch * length }, (_, i) => {
    const padding = index === 3 && i >= (batch - 1) * length
    return !padding && uniform(i, 2000 + index) < 0.7 ? 1 : 0
  })
  return { rows: batch, length, tokens, lossMask: trained }
}

/** Uniform on [0, 1) from two integers: a 32-bit hash, the same in scripts/golden/llama.py. */
export function uniform(index: number, stream: number): number {
  let h = (index + Math.imul(stream, 0x9e3779b1)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
