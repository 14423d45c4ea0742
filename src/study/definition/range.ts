import { OPTIMIZERS, SCHEDULES } from '../../record/study.js'
import { UserError } from '../../errors.js'
import type { Choice, Parameter, Scale } from '../../space/parameter.js'

/** What a parameter's name alone says about it. */
interface Kind {
  readonly type: 'float' | 'int'
  readonly scale: Scale
  readonly min: number
  readonly max: number
  /** False where `min` itself makes no sense. */
  readonly minAllowed: boolean
  readonly example: string
}

/** The parameters a fine-tuning understands, with the values that make sense for each. */
export const KINDS: Readonly<Record<string, Kind>> = {
  learningRate: {
    type: 'float',
    scale: 'log',
    min: 0,
    max: 1,
    minAllowed: false,
    example: '1e-5..1e-2',
  },
  batchSize: { type: 'int', scale: 'log', min: 1, max: 65536, minAllowed: true, example: '4,8,16' },
  epochs: { type: 'int', scale: 'linear', min: 1, max: 10000, minAllowed: true, example: '1..20' },
  weightDecay: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 1,
    minAllowed: true,
    example: '0..0.1',
  },
  warmupSteps: {
    type: 'int',
    scale: 'linear',
    min: 0,
    max: 1e6,
    minAllowed: true,
    example: '0..100',
  },
  warmupRatio: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 0.99,
    minAllowed: true,
    example: '0..0.1',
  },
  clipNorm: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 1e6,
    minAllowed: true,
    example: '0.5..2',
  },
  momentum: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 0.9999,
    minAllowed: true,
    example: '0.8..0.95',
  },
  dropout: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 0.99,
    minAllowed: true,
    example: '0..0.2',
  },
  labelSmoothing: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 0.99,
    minAllowed: true,
    example: '0..0.1',
  },
  loraRank: { type: 'int', scale: 'log', min: 1, max: 4096, minAllowed: true, example: '4,8,16' },
  loraAlpha: {
    type: 'float',
    scale: 'log',
    min: 0,
    max: 1e6,
    minAllowed: false,
    example: '8,16,32',
  },
  loraDropout: {
    type: 'float',
    scale: 'linear',
    min: 0,
    max: 0.99,
    minAllowed: true,
    example: '0..0.1',
  },
}

/** Parameters that are one of some words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  optimizer: OPTIMIZERS,
  schedule: SCHEDULES,
}

/**
 * A parameter as people write it: `1e-5..1e-2`, `4,8,16`, `8`, a list, or an object with bounds.
 */
export type Written =
  | string
  | number
  | readonly (string | number)[]
  | { readonly low: number; readonly high: number; readonly scale?: Scale | undefined }

/**
 * Reads one parameter of a fine-tuning's search space.
 *
 * @param at how the user spelled the place: `--learning-rate`, `study.yaml line 9:
 *   space.learningRate`
 * @throws UserError naming the value and what would be accepted
 */
export function readParameter(name: string, written: Written, at: string): Parameter {
  if (Object.hasOwn(WORDS, name))
    return { kind: 'categorical', name, choices: words(WORDS[name]!, written, at) }
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (!kind)
    throw new UserError(
      at,
      `"${name}" is not a parameter of a fine-tuning`,
      `Use ${[...Object.keys(KINDS), ...Object.keys(WORDS)].join(', ')}`,
    )
  if (typeof written === 'object' && 'low' in written) {
    return range(
      name,
      kind,
      checked(written.low, kind, at),
      checked(written.high, kind, at),
      written.scale ?? kind.scale,
      at,
    )
  }
  if (typeof written === 'string' && written.includes('..')) {
    const ends = written.split('..').map(end => end.trim())
    if (ends.length !== 2)
      throw new UserError(at, `"${written}" is not a range`, `Write it as ${kind.example}`)
    return range(
      name,
      kind,
      checked(ends[0]!, kind, at),
      checked(ends[1]!, kind, at),
      kind.scale,
      at,
    )
  }
  const list = Array.isArray(written)
    ? (written as readonly (string | number)[])
    : typeof written === 'string'
      ? written.split(',')
      : [written as number]
  if (list.length === 0)
    throw new UserError(at, 'is an empty list', `Write values such as ${kind.example}`)
  const choices = [...new Set(list.map(value => checked(value, kind, at)))]
  return { kind: 'categorical', name, choices }
}

/** The way back: what `study.yaml` says of a parameter. */
export function writeParameter(
  parameter: Parameter,
): string | readonly Choice[] | { low: number; high: number; scale: Scale } {
  if (parameter.kind === 'categorical') return parameter.choices
  const { low, high, scale } = parameter
  return KINDS[parameter.name]?.scale === scale ? `${low}..${high}` : { low, high, scale }
}

function words(known: readonly string[], written: Written, at: string): string[] {
  const list = Array.isArray(written)
    ? written.map(String)
    : typeof written === 'object'
      ? []
      : String(written)
          .split(',')
          .map(word => word.trim())
  const unknown = list.find(word => !known.includes(word))
  if (list.length === 0 || unknown !== undefined)
    throw new UserError(
      at,
      unknown === undefined ? 'is not a list' : `"${unknown}" is none of ${known.join(', ')}`,
      `Write it as ${known.slice(0, 2).join(',')}`,
    )
  return [...new Set(list)]
}

function range(
  name: string,
  { type, example }: Kind,
  low: number,
  high: number,
  wanted: Scale,
  at: string,
): Parameter {
  if (low > high)
    throw new UserError(
      at,
      `${low}..${high} runs backwards`,
      `Write the lower end first: ${high}..${low}`,
    )
  const scale = low > 0 ? wanted : 'linear'
  if (wanted === 'log' && scale !== 'log')
    throw new UserError(
      at,
      `a logarithmic range cannot start at ${low}`,
      `Start above 0, as in ${example}`,
    )
  return { kind: type, name, low, high, scale }
}

function checked(
  value: string | number,
  { type, min, max, minAllowed, example }: Kind,
  at: string,
): number {
  const text = String(value).trim()
  const number = text === '' ? Number.NaN : Number(text)
  if (Number.isNaN(number))
    throw new UserError(at, `"${text}" is not a number`, `Write it as ${example}`)
  if (number < min || number > max || (number === min && !minAllowed)) {
    throw new UserError(
      at,
      `${text} is outside ${minAllowed ? `${min} to ${max}` : `what makes sense: above ${min}, at most ${max}`}`,
      `Try ${example}`,
    )
  }
  if (type === 'int' && !Number.isInteger(number))
    throw new UserError(at, `${text} is not a whole number`, `Try ${example}`)
  return number
}
