import type { HostTensor, Named, TensorSpec } from '../../compile/program.js'
import { keyedUniform } from '../../math/random.js'
import type { DecoderConfig } from './config.js'

/** Weights of a decoder by their Hugging Face names, in the order of its layers. Linear layers are [out, in]. */
export function weightSpecs(config: DecoderConfig): Named<TensorSpec> {
  const { width, ffnWidth, vocabulary } = config
  const queries = config.heads * config.headDim
  const keys = config.kvHeads * config.headDim
  const specs: Record<string, TensorSpec> = { 'model.embed_tokens.weight': float(vocabulary, width) }
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}`
    specs[`${at}.input_layernorm.weight`] = float(width)
    specs[`${at}.self_attn.q_proj.weight`] = float(queries, width)
    specs[`${at}.self_attn.k_proj.weight`] = float(keys, width)
    specs[`${at}.self_attn.v_proj.weight`] = float(keys, width)
    specs[`${at}.self_attn.o_proj.weight`] = float(width, queries)
    specs[`${at}.post_attention_layernorm.weight`] = float(width)
    specs[`${at}.mlp.gate_proj.weight`] = float(ffnWidth, width)
    specs[`${at}.mlp.up_proj.weight`] = float(ffnWidth, width)
    specs[`${at}.mlp.down_proj.weight`] = float(width, ffnWidth)
  }
  specs['model.norm.weight'] = float(width)
  if (!config.tied) specs['lm_head.weight'] = float(vocabulary, width)
  return specs
}

/**
 * Weights of a model that has seen nothing: normal with deviation 0.02, the projections back into the residual
 * stream divided by √(2 · layers), norms one.
 *
 * Source: Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3.
 */
export function initialWeights(config: DecoderConfig, seed: number): Named<HostTensor> {
  const weights: Record<string, HostTensor> = {}
  Object.entries(weightSpecs(config)).forEach(([name, { shape, dtype }], stream) => {
    const data = new Float32Array(sizeOf(shape))
    if (shape.length === 1) data.fill(1)
    else fillNormal(data, intoResidual(name) ? 0.02 / Math.sqrt(2 * config.layers) : 0.02, keyedUniform([seed, stream]))
    weights[name] = { shape, dtype, data }
  })
  return weights
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}

function float(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' }
}

function intoResidual(name: string): boolean {
  return name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight')
}

/** Box and Muller's transform. */
function fillNormal(data: Float32Array, deviation: number, uniform: () => number): void {
  for (let i = 0; i < data.length; i++) {
    data[i] = deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  }
}
