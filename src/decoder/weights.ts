import type { HostTensor, Named, TensorSpec } from '../compile/program.js'
import { unreachable } from '../errors.js'
import { keyedUniform } from '../math/random.js'
import { elementCount } from '../util/element-count.js'
import type { DecoderConfig, LinearName } from './config.js'

/** The embedding of tokens, and in a tied model the output projection. */
export const EMBEDDING: Readonly<Record<DecoderConfig['architecture'], string>> = {
  llama: 'model.embed_tokens.weight',
  gpt2: 'transformer.wte.weight',
}

/** The output projection of a model that isn't tied. */
export const HEAD = 'lm_head.weight'

/**
 * Weights of a decoder by their Hugging Face names, in the order of its layers. Linear layers are
 * [out, in], GPT-2's [in, out].
 */
export function weightSpecs(config: DecoderConfig): Named<TensorSpec> {
  switch (config.architecture) {
    case 'llama':
      return { ...llamaSpecs(config), ...head(config) }
    case 'gpt2':
      return { ...gpt2Specs(config), ...head(config) }
    default:
      return unreachable(config.architecture)
  }
}

function llamaSpecs({
  width,
  ffnWidth,
  vocabulary,
  heads,
  kvHeads,
  headDim,
  layers,
  headNorm,
  biased = [],
}: DecoderConfig): Record<string, TensorSpec> {
  const specs: Record<string, TensorSpec> = {
    'model.embed_tokens.weight': float(vocabulary, width),
  }
  for (let layer = 0; layer < layers; layer++) {
    const at = `model.layers.${layer}`
    const linear = (module: string, name: LinearName, outputs: number, inputs: number): void => {
      specs[`${at}.${module}.${name}.weight`] = float(outputs, inputs)
      if (biased.includes(name)) specs[`${at}.${module}.${name}.bias`] = float(outputs)
    }
    specs[`${at}.input_layernorm.weight`] = float(width)
    linear('self_attn', 'q_proj', heads * headDim, width)
    linear('self_attn', 'k_proj', kvHeads * headDim, width)
    linear('self_attn', 'v_proj', kvHeads * headDim, width)
    linear('self_attn', 'o_proj', width, heads * headDim)
    if (headNorm)
      for (const name of ['q_norm', 'k_norm'])
        specs[`${at}.self_attn.${name}.weight`] = float(headDim)
    specs[`${at}.post_attention_layernorm.weight`] = float(width)
    linear('mlp', 'gate_proj', ffnWidth, width)
    linear('mlp', 'up_proj', ffnWidth, width)
    linear('mlp', 'down_proj', width, ffnWidth)
  }
  specs['model.norm.weight'] = float(width)
  return specs
}

function gpt2Specs({
  width,
  ffnWidth,
  vocabulary,
  maxPositions,
  layers,
}: DecoderConfig): Record<string, TensorSpec> {
  const specs: Record<string, TensorSpec> = {
    'transformer.wte.weight': float(vocabulary, width),
    'transformer.wpe.weight': float(maxPositions, width),
  }
  const norm = (name: string): void => {
    specs[`${name}.weight`] = float(width)
    specs[`${name}.bias`] = float(width)
  }
  const linear = (name: string, inputs: number, outputs: number): void => {
    specs[`${name}.weight`] = float(inputs, outputs)
    specs[`${name}.bias`] = float(outputs)
  }
  for (let layer = 0; layer < layers; layer++) {
    const at = `transformer.h.${layer}`
    norm(`${at}.ln_1`)
    linear(`${at}.attn.c_attn`, width, 3 * width)
    linear(`${at}.attn.c_proj`, width, width)
    norm(`${at}.ln_2`)
    linear(`${at}.mlp.c_fc`, width, ffnWidth)
    linear(`${at}.mlp.c_proj`, ffnWidth, width)
  }
  norm('transformer.ln_f')
  return specs
}

function head({ tied, vocabulary, width }: DecoderConfig): Record<string, TensorSpec> {
  return tied ? {} : { [HEAD]: float(vocabulary, width) }
}

/**
 * Weights of a model that has seen nothing: normal with deviation 0.02, the projections back into
 * the residual stream divided by √(2 · layers), norms one, biases zero.
 *
 * Source: Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3.
 */
export function initialWeights(config: DecoderConfig, seed: number): Named<HostTensor> {
  const weights: Record<string, HostTensor> = {}
  Object.entries(weightSpecs(config)).forEach(([name, { shape, dtype }], stream) => {
    const data = new Float32Array(elementCount(shape))
    if (shape.length === 1) data.fill(name.endsWith('.bias') ? 0 : 1)
    else
      fillNormal(
        data,
        intoResidual(name) ? 0.02 / Math.sqrt(2 * config.layers) : 0.02,
        keyedUniform([seed, stream]),
      )
    weights[name] = { shape, dtype, data }
  })
  return weights
}

function float(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' }
}

function intoResidual(name: string): boolean {
  return /\.(o_proj|down_proj|c_proj)\.weight$/.test(name)
}

/**
 * Normal draws by Box and Muller. Not `standardNormal`: the deviation is the first factor here, and
 * another order of the products has other last bits.
 */
function fillNormal(data: Float32Array, deviation: number, uniform: () => number): void {
  for (let i = 0; i < data.length; i++) {
    data[i] =
      deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  }
}
