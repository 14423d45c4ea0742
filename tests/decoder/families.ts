import { readFileSync } from 'node:fs'
import type { HostTensor, Named } from '../../src/compile/program.js'
import { configFile } from '../../src/model-folder/config-file.js'
import { readDecoderConfig } from '../../src/model-folder/decoder-config.js'
import type { JsonObject } from '../../src/model-folder/json-file.js'
import type { DecoderConfig } from '../../src/decoder/config.js'
import { weightSpecs } from '../../src/decoder/weights.js'
import { elementCount } from '../../src/util/element-count.js'
import { uniform } from './tiny-llama.js'

/** What transformers makes of a small model of a family. */
export interface Family {
  /** config.json as transformers writes it. */
  readonly config: JsonObject
  /** After the last token of each row. */
  readonly lastLogits: readonly number[]
  /** Norm of the logits after each token. */
  readonly logitNorms: readonly number[]
  readonly loss: number
  readonly gradients: Readonly<
    Record<
      string,
      { readonly norm: number; readonly first: readonly number[]; readonly last: readonly number[] }
    >
  >
  readonly prompts: readonly (readonly number[])[]
  /** 64 tokens each. */
  readonly greedy: readonly (readonly number[])[]
}

/** Made by scripts/golden/families.py. */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/families.json', import.meta.url), 'utf8'),
) as {
  readonly batch: number
  readonly length: number
  readonly families: Readonly<Record<string, Family>>
}

export const configOf = ({ config }: Family): DecoderConfig =>
  readDecoderConfig(configFile('config.json', config))

/** Each weight's stream is its place in alphabetical order. */
export function familyWeights(config: DecoderConfig): Named<HostTensor> {
  const specs = weightSpecs(config)
  return Object.fromEntries(
    Object.keys(specs)
      .sort()
      .map((name, stream) => {
        const { shape } = specs[name]!
        const isNorm = shape.length === 1 && !name.endsWith('.bias')
        const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => {
          const u = uniform(i, stream + 1) - 0.5
          return isNorm ? 1 + 0.5 * u : 0.8 * u
        })
        return [name, { shape, dtype: 'float32', data }]
      }),
  )
}

/** Tokens of the batch, [batch, length + 1]. */
export const familyTokens = Int32Array.from(
  { length: golden.batch * (golden.length + 1) },
  (_, i) => Math.floor(uniform(i, 1000) * 37),
)
