import { UserError } from '../errors.js'
import type { DecoderConfig, LinearName } from '../decoder/config.js'
import { OWN_PROGRAM, readArchitecture, type Architecture } from './architecture.js'
import { REPAIR, readFactor, readSize, truthy } from './config-field.js'
import { withDefaults, type ConfigFile } from './config-file.js'
import type { JsonObject } from './json-file.js'
import { readRope } from './rope-config.js'
import { optional } from '../util/optional.js'

interface Family {
  /**
   * What transformers takes for fields that a config.json leaves out, where it isn't what it takes
   * for Llama.
   */
  readonly defaults?: JsonObject
  /** How it differs from a plain Llama. */
  readonly differences: (file: ConfigFile) => Differences
}

/** Families that one decoder serves, by the architecture that their config.json names. */
const LLAMAS: Readonly<Record<Exclude<Architecture, 'GPT2LMHeadModel'>, Family>> = {
  LlamaForCausalLM: { differences: ({ value }) => ({ biased: biasedLayers(value) }) },
  MistralForCausalLM: {
    defaults: { num_key_value_heads: 8, max_position_embeddings: 131072, sliding_window: 4096 },
    differences: file => ({
      window: attentionWindow(
        { ...file, value: { ...file.value, use_sliding_window: true } },
        () => true,
      ),
    }),
  },
  Qwen2ForCausalLM: {
    defaults: { num_key_value_heads: 32, max_position_embeddings: 32768, sliding_window: 4096 },
    differences: file => ({
      biased: ['q_proj', 'k_proj', 'v_proj'],
      window: attentionWindow(file, layer => layer >= firstNear(file.value)),
    }),
  },
  Qwen3ForCausalLM: {
    defaults: {
      num_key_value_heads: 32,
      max_position_embeddings: 32768,
      sliding_window: 4096,
      head_dim: 128,
    },
    differences: file => ({
      headNorm: true,
      biased: biasedLayers(file.value),
      window: attentionWindow(file, layer => layer >= firstNear(file.value)),
    }),
  },
  SmolLM3ForCausalLM: {
    defaults: {
      num_key_value_heads: 4,
      max_position_embeddings: 32768,
      rope_theta: 2e6,
      tie_word_embeddings: true,
    },
    differences: file => {
      const withoutRope = layersWithoutRope(file)
      return {
        biased: biasedLayers(file.value),
        withoutRope,
        window: attentionWindow(file, layer => withoutRope.includes(layer)),
      }
    },
  },
}

const ATTENTION: readonly LinearName[] = ['q_proj', 'k_proj', 'v_proj', 'o_proj']
const MLP: readonly LinearName[] = ['gate_proj', 'up_proj', 'down_proj']

/** Above this a config.json is a mistake or an attack: the largest models known have 126 layers. */
const MOST_LAYERS = 1024
const MOST_POSITIONS = 2 ** 31

/**
 * Reads a config.json as a decoder. Absent fields have the defaults that transformers gives the
 * family.
 *
 * @throws UserError for another architecture, a field that is missing or out of range, and a
 *   feature that isn't supported, by name
 */
export function readDecoderConfig(file: ConfigFile): DecoderConfig {
  const name = readArchitecture(file)
  if (truthy(file.value.quantization_config))
    refuse(file, 'quantization_config', ['quantization_config (quantized weights)'])
  if (name === 'GPT2LMHeadModel') return gpt2(file)
  const { defaults = {}, differences } = LLAMAS[name]
  const complete = withDefaults(file, defaults)
  return llama(complete, differences(complete))
}

type Differences = Pick<DecoderConfig, 'headNorm'> & {
  readonly biased?: readonly LinearName[]
  readonly withoutRope?: readonly number[]
  readonly window?: DecoderConfig['window'] | undefined
}

function llama(
  file: ConfigFile,
  { headNorm, biased = [], withoutRope = [], window }: Differences,
): DecoderConfig {
  const { value: config } = file
  if (!['silu', 'swish', undefined].includes(config.hidden_act as string | undefined))
    refuse(file, 'hidden_act', [`hidden_act ${JSON.stringify(config.hidden_act)}`])
  const size = (field: string, fallback?: number, max?: number): number =>
    readSize(file, field, fallback, max)
  const width = size('hidden_size')
  const heads = size('num_attention_heads')
  const kvHeads = size('num_key_value_heads', heads)
  const headDim = size('head_dim', Math.floor(width / heads))
  if (heads % kvHeads !== 0)
    throw new UserError(
      file.at('num_key_value_heads'),
      `${heads} attention heads do not divide among ${kvHeads} key-value heads`,
      REPAIR,
    )
  if (headDim % 2 !== 0)
    throw new UserError(
      file.at('head_dim'),
      `head_dim is ${headDim}; rotary positions need an even one`,
      REPAIR,
    )
  const maxPositions = size('max_position_embeddings', 2048, MOST_POSITIONS)
  return {
    architecture: 'llama',
    width,
    layers: size('num_hidden_layers', undefined, MOST_LAYERS),
    heads,
    kvHeads,
    headDim,
    ffnWidth: size('intermediate_size'),
    vocabulary: size('vocab_size'),
    maxPositions,
    ...readRope(file, maxPositions),
    ...optional({ withoutRope: withoutRope.length > 0 ? withoutRope : undefined }),
    normEpsilon: readFactor(file.at('rms_norm_eps'), 'rms_norm_eps', config.rms_norm_eps ?? 1e-6),
    ...optional({
      headNorm: headNorm || undefined,
      biased: biased.length > 0 ? biased : undefined,
      window,
    }),
    tied: config.tie_word_embeddings === true,
  }
}

function gpt2(file: ConfigFile): DecoderConfig {
  const { value: config } = file
  const activation = config.activation_function ?? 'gelu_new'
  const unsupported: Readonly<Record<string, string | false>> = {
    activation_function:
      !['gelu_new', 'gelu_pytorch_tanh'].includes(activation as string) &&
      `activation_function ${JSON.stringify(activation)}`,
    scale_attn_weights: config.scale_attn_weights === false && 'scale_attn_weights false',
    scale_attn_by_inverse_layer_idx:
      truthy(config.scale_attn_by_inverse_layer_idx) && 'scale_attn_by_inverse_layer_idx',
    add_cross_attention: truthy(config.add_cross_attention) && 'add_cross_attention',
  }
  const fields = Object.keys(unsupported).filter(field => unsupported[field])
  if (fields.length > 0)
    refuse(
      file,
      fields[0]!,
      fields.map(field => unsupported[field] as string),
    )
  const size = (field: string, fallback?: number, max?: number): number =>
    readSize(file, field, fallback, max)
  const width = size('n_embd', 768)
  const heads = size('n_head', 12)
  if (width % heads !== 0)
    throw new UserError(
      file.at('n_embd'),
      `n_embd ${width} does not divide among ${heads} heads`,
      REPAIR,
    )
  return {
    architecture: 'gpt2',
    width,
    layers: size('n_layer', 12, MOST_LAYERS),
    heads,
    kvHeads: heads,
    headDim: width / heads,
    ffnWidth: size('n_inner', 4 * width),
    vocabulary: size('vocab_size', 50257),
    maxPositions: size('n_positions', 1024),
    ropeTheta: 10000,
    normEpsilon: readFactor(
      file.at('layer_norm_epsilon'),
      'layer_norm_epsilon',
      config.layer_norm_epsilon ?? 1e-5,
    ),
    tied: config.tie_word_embeddings !== false,
  }
}

/** Biases of the attention and of the MLP, where a config asks for them. */
function biasedLayers({ attention_bias: attention, mlp_bias: mlp }: JsonObject): LinearName[] {
  return [...(truthy(attention) ? ATTENTION : []), ...(truthy(mlp) ? MLP : [])]
}

/** Qwen's layers look through a window from this one on. */
function firstNear({ max_window_layers: first }: JsonObject): number {
  return typeof first === 'number' ? first : 28
}

/** @param isNear which layers have a window, where `layer_types` doesn't say */
function attentionWindow(
  file: ConfigFile,
  isNear: (layer: number) => boolean,
): DecoderConfig['window'] {
  const { value: config } = file
  if (!truthy(config.use_sliding_window) || !truthy(config.sliding_window)) return undefined
  const types = Array.isArray(config.layer_types) ? config.layer_types : null
  const layers = allLayers(file).filter(layer =>
    types ? types[layer] === 'sliding_attention' : isNear(layer),
  )
  return layers.length > 0
    ? { size: readSize(file, 'sliding_window', undefined, MOST_POSITIONS), layers }
    : undefined
}

function allLayers(file: ConfigFile): number[] {
  return Array.from(
    { length: readSize(file, 'num_hidden_layers', undefined, MOST_LAYERS) },
    (_, layer) => layer,
  )
}

/** `no_rope_layers` says 1 where a layer has rotary positions. */
function layersWithoutRope(file: ConfigFile): number[] {
  const every = readSize(file, 'no_rope_layer_interval', 4)
  const { no_rope_layers: flags } = file.value
  return allLayers(file).filter(layer =>
    Array.isArray(flags) ? flags[layer] === 0 : (layer + 1) % every === 0,
  )
}

/** @param field where the error points to */
function refuse(file: ConfigFile, field: string, features: readonly string[]): never {
  throw new UserError(
    file.at(field),
    `asks for ${features.join(', ')}, which ${features.length === 1 ? 'is' : 'are'} not supported`,
    `Use a model without it, or ${OWN_PROGRAM}`,
  )
}
