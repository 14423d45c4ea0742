import { UserError } from '../../errors.js'
import type { DecoderConfig } from '../model/config.js'
import { isJsonObject, type JsonObject } from './json-file.js'

/** Architectures by the names in config.json, and the model that runs them. */
const ARCHITECTURES: Readonly<Record<string, DecoderConfig['architecture']>> = { LlamaForCausalLM: 'llama' }

/** Above this a config.json is a mistake or an attack: the largest models known have 126 layers. */
const MOST_LAYERS = 1024
const LARGEST_SIZE = 2 ** 24

/** The name under which a config.json asks for its model. */
export function architectureOf(path: string, config: JsonObject): string {
  const names = Array.isArray(config.architectures) ? config.architectures.filter(name => typeof name === 'string') : []
  const [name = config.model_type === 'llama' ? 'LlamaForCausalLM' : config.model_type] = names
  if (typeof name !== 'string') throw new UserError(path, 'names no architecture', 'Use a model folder in Hugging Face layout')
  return name
}

/**
 * Reads a config.json as a decoder. Absent fields have the defaults of transformers' LlamaConfig.
 *
 * @throws UserError for another architecture, a field that is missing or out of range, and a feature that isn't supported, by name
 */
export function readDecoderConfig(path: string, config: JsonObject): DecoderConfig {
  const name = architectureOf(path, config)
  if (!Object.hasOwn(ARCHITECTURES, name)) {
    throw new UserError(path, `the model is a ${name}, which is not supported`, `Use a model of ${Object.keys(ARCHITECTURES).join(' or ')}`)
  }
  refuseUnsupported(path, config)
  const size = (field: string, fallback?: number, most = LARGEST_SIZE): number => readSize(path, config, field, fallback, most)
  const width = size('hidden_size')
  const heads = size('num_attention_heads')
  const kvHeads = size('num_key_value_heads', heads)
  const headDim = size('head_dim', width / heads)
  if (heads % kvHeads !== 0) throw new UserError(path, `${heads} attention heads do not divide among ${kvHeads} key-value heads`, REPAIR)
  if (headDim % 2 !== 0) throw new UserError(path, `head_dim is ${headDim}; rotary positions need an even one`, REPAIR)
  return {
    architecture: ARCHITECTURES[name]!,
    width,
    layers: size('num_hidden_layers', undefined, MOST_LAYERS),
    heads,
    kvHeads,
    headDim,
    ffnWidth: size('intermediate_size'),
    vocabulary: size('vocab_size'),
    maxPositions: size('max_position_embeddings', 2048, 2 ** 31),
    ropeTheta: readPositive(path, 'rope_theta', ropeParameters(config).rope_theta ?? config.rope_theta ?? 10000),
    normEpsilon: readPositive(path, 'rms_norm_eps', config.rms_norm_eps ?? 1e-6),
    tied: config.tie_word_embeddings === true,
  }
}

const REPAIR = 'Mend config.json or download it again'

function refuseUnsupported(path: string, config: JsonObject): void {
  const rope = ropeParameters(config)
  const kind = rope.rope_type ?? rope.type ?? 'default'
  const partial = rope.partial_rotary_factor ?? config.partial_rotary_factor ?? 1
  const unsupported = [
    kind !== 'default' && `rope_scaling of type ${JSON.stringify(kind)}`,
    partial !== 1 && `partial_rotary_factor ${JSON.stringify(partial)}`,
    truthy(config.attention_bias) && 'attention_bias',
    truthy(config.mlp_bias) && 'mlp_bias',
    truthy(config.quantization_config) && 'quantization_config (quantized weights)',
    truthy(config.sliding_window) && truthy(config.use_sliding_window ?? true) && 'sliding_window',
    !['silu', 'swish', undefined].includes(config.hidden_act as string | undefined) && `hidden_act ${JSON.stringify(config.hidden_act)}`,
  ].filter(feature => feature !== false)
  if (unsupported.length === 0) return
  throw new UserError(path, `asks for ${unsupported.join(', ')}, which ${unsupported.length === 1 ? 'is' : 'are'} not supported yet`, 'Use a Llama model without it')
}

/** Old files have `rope_theta` and `rope_scaling`; transformers 5 writes both as `rope_parameters`. */
function ropeParameters(config: JsonObject): JsonObject {
  const { rope_parameters: parameters, rope_scaling: scaling } = config
  return isJsonObject(parameters) ? parameters : isJsonObject(scaling) ? scaling : {}
}

function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

function readSize(path: string, config: JsonObject, field: string, fallback: number | undefined, most: number): number {
  const value = config[field] ?? fallback
  if (value === undefined) throw new UserError(path, `has no ${field}`, REPAIR)
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number
  throw new UserError(path, `${field} is ${JSON.stringify(value)}, which is not a whole number from 1 to ${most}`, REPAIR)
}

function readPositive(path: string, field: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw new UserError(path, `${field} is ${JSON.stringify(value)}, which is not a positive number`, REPAIR)
}
