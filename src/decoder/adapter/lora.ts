import type { HostTensor, Named, TensorSpec } from '../../compile/program.js'
import { nearest, UserError } from '../../errors.js'
import { keyedUniform } from '../../math/random.js'
import type { LoraSpec } from '../../settings/index.js'
import type { DecoderConfig } from '../config.js'
import { isInOut } from '../layers.js'
import { elementCount } from '../../util/element-count.js'
import { weightSpecs } from '../weights.js'

/**
 * Low-rank corrections of some layers: as much of an adapter as the shapes of a program depend on.
 */
export interface AdapterShape {
  readonly rank: number
  /** Names of the adapted layers, `model.layers.0.self_attn.q_proj`. */
  readonly layers: readonly string[]
}

/** Stands for every matrix of a model's blocks, as in PEFT; the output projection is not one. */
export const ALL_LINEAR = 'all-linear'

/** @throws UserError for a target that the model doesn't have */
export function adapterShape(config: DecoderConfig, { rank, targets }: LoraSpec): AdapterShape {
  const matrices = blockMatrices(config)
  const names = [...new Set(matrices.map(lastPart))]
  for (const target of targets) {
    if (target === ALL_LINEAR || names.includes(target)) continue
    const close = nearest(target, names)
    throw new UserError(
      'lora.targets',
      `the model has no layer ${target}`,
      close ? `Did you mean ${close}?` : `Use ${names.join(', ')} or ${ALL_LINEAR}`,
    )
  }
  return {
    rank,
    layers: matrices.filter(
      name => targets.includes(ALL_LINEAR) || targets.includes(lastPart(name)),
    ),
  }
}

/** Last parts of the adapted layers' names. */
export function targetModules({ layers }: AdapterShape): readonly string[] {
  return [...new Set(layers.map(lastPart))]
}

/**
 * What an adapter's product is multiplied by. Source of rsLoRA: Kalajdzievski, "A rank
 * stabilization scaling factor for fine-tuning with LoRA", 2023.
 */
export function adapterScale({ rank, alpha, rslora }: LoraSpec): number {
  return rslora ? alpha / Math.sqrt(rank) : alpha / rank
}

/**
 * `LAYER.lora_A.weight`, [rank, in], and `LAYER.lora_B.weight`, [out, rank], of each adapted layer.
 */
export function adapterSpecs(
  config: DecoderConfig,
  { rank, layers }: AdapterShape,
): Named<TensorSpec> {
  const specs = weightSpecs(config)
  return Object.fromEntries(
    layers.flatMap((name): [string, TensorSpec][] => {
      const [first, second] = specs[`${name}.weight`]!.shape as [number, number]
      const [outputs, inputs] = isInOut(config, name) ? [second, first] : [first, second]
      return [
        [`${name}.lora_A.weight`, { shape: [rank, inputs], dtype: 'float32' }],
        [`${name}.lora_B.weight`, { shape: [outputs, rank], dtype: 'float32' }],
      ]
    }),
  )
}

/**
 * An adapter that changes nothing yet: A uniform within ±1/√in, B zero.
 *
 * Source: Hu et al., "LoRA: low-rank adaptation of large language models", 2021, section 4.1, with
 * PEFT's distribution.
 */
export function initialAdapter(
  config: DecoderConfig,
  shape: AdapterShape,
  key: readonly number[],
): Named<HostTensor> {
  return Object.fromEntries(
    Object.entries(adapterSpecs(config, shape)).map(([name, spec], stream) => {
      const data = new Float32Array(elementCount(spec.shape))
      if (name.endsWith('lora_A.weight')) {
        const uniform = keyedUniform([...key, stream])
        const bound = 1 / Math.sqrt(spec.shape[1]!)
        for (let i = 0; i < data.length; i++) data[i] = bound * (2 * uniform() - 1)
      }
      return [name, { ...spec, data }]
    }),
  )
}

function blockMatrices(config: DecoderConfig): string[] {
  return Object.entries(weightSpecs(config))
    .filter(([name, { shape }]) => shape.length === 2 && /\.(layers|h)\.\d+\./.test(name))
    .map(([name]) => name.replace(/\.weight$/, ''))
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
