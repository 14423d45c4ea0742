import { UserError } from '../errors.js'
import type { DecoderConfig, RopeScaling } from '../decoder/config.js'
import { readFactor } from './config-field.js'
import { isJsonObject, type JsonObject } from './json-file.js'

const KINDS = ['default', 'linear', 'dynamic', 'llama3', 'yarn']

/**
 * Rotary positions as a config.json has them: `rope_theta` and `rope_scaling`, or `rope_parameters`
 * of transformers 5 for both.
 *
 * `dynamic` stretches only texts beyond `max_position_embeddings`, which are not read here: it is
 * the default.
 *
 * @throws UserError for a kind that isn't supported, by name, and for a factor that is none
 */
export function readRope(
  path: string,
  config: JsonObject,
  maxPositions: number,
): Pick<DecoderConfig, 'ropeTheta' | 'ropeScaling'> {
  const { rope_parameters: parameters, rope_scaling: scaling } = config
  const rope = isJsonObject(parameters) ? parameters : isJsonObject(scaling) ? scaling : {}
  const kind = rope.rope_type ?? rope.type ?? 'default'
  const partial = rope.partial_rotary_factor ?? config.partial_rotary_factor ?? 1
  if (partial !== 1) refuse(path, `partial_rotary_factor ${JSON.stringify(partial)}`)
  if (typeof kind !== 'string' || !KINDS.includes(kind))
    refuse(path, `rope_scaling of type ${JSON.stringify(kind)}`)
  const ropeScaling = readScaling(path, kind, rope, maxPositions, config)
  return {
    ropeTheta: readFactor(path, 'rope_theta', rope.rope_theta ?? config.rope_theta ?? 10000),
    ...(ropeScaling ? { ropeScaling } : {}),
  }
}

function readScaling(
  path: string,
  kind: string,
  rope: JsonObject,
  maxPositions: number,
  config: JsonObject,
): RopeScaling | null {
  const factorOf = (field: string, fallback?: number): number =>
    readFactor(path, `rope_scaling.${field}`, rope[field] ?? fallback)
  const originalPositions = (): number =>
    readFactor(
      path,
      'original_max_position_embeddings',
      config.original_max_position_embeddings ??
        rope.original_max_position_embeddings ??
        maxPositions,
    )
  switch (kind) {
    case 'linear':
      return { kind, factor: factorOf('factor') }
    case 'llama3':
      return {
        kind,
        factor: factorOf('factor'),
        lowFrequency: factorOf('low_freq_factor'),
        highFrequency: factorOf('high_freq_factor'),
        originalPositions: originalPositions(),
      }
    case 'yarn': {
      const factor = factorOf('factor')
      return {
        kind,
        factor,
        betaFast: factorOf('beta_fast', 32),
        betaSlow: factorOf('beta_slow', 1),
        originalPositions: originalPositions(),
        attentionFactor: rope.attention_factor
          ? factorOf('attention_factor')
          : yarnAttention(factor, rope),
        truncate: rope.truncate !== false,
      }
    }
    default:
      return null
  }
}

/** Peng et al., "YaRN", 2023, equation 22, as transformers has it. */
function yarnAttention(factor: number, { mscale, mscale_all_dim: all }: JsonObject): number {
  const stretch = (times: number): number => (factor <= 1 ? 1 : 0.1 * times * Math.log(factor) + 1)
  return typeof mscale === 'number' && typeof all === 'number' && mscale && all
    ? stretch(mscale) / stretch(all)
    : stretch(1)
}

function refuse(path: string, feature: string): never {
  throw new UserError(
    path,
    `asks for ${feature}, which is not supported`,
    'Use a model with rotary positions of type default, linear, dynamic, llama3 or yarn',
  )
}
