import { UserError } from '../errors.js'
import type { DecoderConfig, RopeScaling } from '../decoder/config.js'
import { optional } from '../util/optional.js'
import { readFactor } from './config-field.js'
import type { ConfigFile } from './config-file.js'
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
  file: ConfigFile,
  maxPositions: number,
): Pick<DecoderConfig, 'ropeTheta' | 'ropeScaling'> {
  const { value: config } = file
  const name = isJsonObject(config.rope_parameters) ? 'rope_parameters' : 'rope_scaling'
  const rope: RopeFields = {
    file,
    name,
    value: isJsonObject(config[name]) ? config[name] : {},
    maxPositions,
  }
  const kind = rope.value.rope_type ?? rope.value.type ?? 'default'
  const partial = rope.value.partial_rotary_factor ?? config.partial_rotary_factor ?? 1
  if (partial !== 1)
    refuse(
      subject(rope, 'partial_rotary_factor'),
      `partial_rotary_factor ${JSON.stringify(partial)}`,
    )
  if (typeof kind !== 'string' || !KINDS.includes(kind))
    refuse(file.at(name), `rope_scaling of type ${JSON.stringify(kind)}`)
  return {
    ropeTheta: readFactor(
      subject(rope, 'rope_theta'),
      'rope_theta',
      rope.value.rope_theta ?? config.rope_theta ?? 10000,
    ),
    ...optional({ ropeScaling: readScaling(kind, rope) }),
  }
}

/** The fields about rotary positions: those of `rope_parameters` or `rope_scaling`. */
interface RopeFields {
  readonly file: ConfigFile
  readonly name: string
  readonly value: JsonObject
  readonly maxPositions: number
}

/** A field is in the structure or, in older files, beside it. */
function subject({ file, name, value }: RopeFields, field: string): string {
  return field in value ? file.at(name, field) : file.at(field)
}

function readScaling(kind: string, rope: RopeFields): RopeScaling | undefined {
  const { file, value, maxPositions } = rope
  const ropeFactor = (field: string, fallback?: number): number =>
    readFactor(subject(rope, field), `rope_scaling.${field}`, value[field] ?? fallback)
  const originalPositions = (): number => {
    const field = 'original_max_position_embeddings'
    const positions = file.value[field] ?? value[field] ?? maxPositions
    return readFactor(subject(rope, field), field, positions)
  }
  switch (kind) {
    case 'linear':
      return { kind, factor: ropeFactor('factor') }
    case 'llama3':
      return {
        kind,
        factor: ropeFactor('factor'),
        lowFrequency: ropeFactor('low_freq_factor'),
        highFrequency: ropeFactor('high_freq_factor'),
        originalPositions: originalPositions(),
      }
    case 'yarn': {
      const factor = ropeFactor('factor')
      return {
        kind,
        factor,
        betaFast: ropeFactor('beta_fast', 32),
        betaSlow: ropeFactor('beta_slow', 1),
        originalPositions: originalPositions(),
        attentionFactor: value.attention_factor
          ? ropeFactor('attention_factor')
          : yarnAttention(factor, value),
        truncate: value.truncate !== false,
      }
    }
    default:
      return undefined
  }
}

/** Peng et al., "YaRN", 2023, equation 22, as transformers has it. */
function yarnAttention(factor: number, { mscale, mscale_all_dim: all }: JsonObject): number {
  const stretch = (times: number): number => (factor <= 1 ? 1 : 0.1 * times * Math.log(factor) + 1)
  return typeof mscale === 'number' && typeof all === 'number' && mscale && all
    ? stretch(mscale) / stretch(all)
    : stretch(1)
}

function refuse(subject: string, feature: string): never {
  throw new UserError(
    subject,
    `asks for ${feature}, which is not supported`,
    'Use a model with rotary positions of type default, linear, dynamic, llama3 or yarn',
  )
}
