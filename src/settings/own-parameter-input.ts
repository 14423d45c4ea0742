import { UserError } from '../errors.js'
import type { Choice, Parameter, Scale } from '../space/parameter.js'
import { defaultScale, readParameter } from './parameter-input.js'

/**
 * A parameter of a training of the user's own, as people write it: `1e-5..1e-2`, `relu,gelu`,
 * `[true, false]`, or an object.
 */
export type PlainOwnInput =
  | Choice
  | readonly Choice[]
  | {
      readonly low: number
      readonly high: number
      readonly scale?: Scale | undefined
      readonly kind?: 'int' | 'float' | undefined
    }

/** A range that spans at least this factor is searched by orders of magnitude. */
const LOG_FROM = 100

/**
 * Reads one parameter that only the user's training knows the meaning of. A range between whole
 * numbers is of whole numbers, one that spans two orders of magnitude is logarithmic; names that a
 * fine-tuning has too (`learningRate`, `epochs`, …) mean here what they mean there.
 *
 * @param at how the user spelled the place
 * @throws UserError naming the value and what would be accepted
 */
export function readOwnParameter(name: string, input: PlainOwnInput, at: string): Parameter {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
    throw new UserError(
      at,
      `"${name}" cannot be the name of a parameter`,
      'Use letters, digits, dashes and underscores, a letter first',
    )
  if (defaultScale(name) !== undefined && typeof input !== 'boolean') {
    if (typeof input !== 'object' || !('low' in input))
      return readParameter(name, input as string | number | readonly (string | number)[], at)
    if (input.kind === undefined) return readParameter(name, input, at)
  }
  if (typeof input === 'object' && 'low' in input) return range(name, input, at)
  if (typeof input === 'string' && input.includes('..')) {
    const ends = input.split('..').map(end => (end.trim() === '' ? Number.NaN : Number(end)))
    if (ends.length !== 2 || ends.some(Number.isNaN))
      throw new UserError(
        at,
        `"${input}" is not a range`,
        'Write it as low..high, such as 16..256 or 1e-5..1e-2',
      )
    return range(name, { low: ends[0]!, high: ends[1]! }, at)
  }
  const list = Array.isArray(input)
    ? (input as readonly Choice[])
    : typeof input === 'string'
      ? input.split(',').map(parseChoice)
      : [input as Choice]
  if (list.length === 0) throw new UserError(at, 'is an empty list', 'List at least one value')
  return { kind: 'categorical', name, choices: [...new Set(list)] }
}

/** The way back: what `study.yaml` says of it. */
export function writeOwnParameter(parameter: Parameter): PlainOwnInput {
  if (parameter.kind === 'categorical') return parameter.choices
  const { kind, name, low, high, scale } = parameter
  const short = `${low}..${high}`
  return JSON.stringify(readOwnParameter(name, short, name)) === JSON.stringify(parameter)
    ? short
    : { low, high, scale, kind }
}

function range(
  name: string,
  { low, high, scale, kind }: Exclude<PlainOwnInput, Choice | readonly Choice[]>,
  at: string,
): Parameter {
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new UserError(at, `${low}..${high} is not finite`, 'Give two numbers')
  if (low > high)
    throw new UserError(
      at,
      `${low}..${high} runs backwards`,
      `Write the lower end first: ${high}..${low}`,
    )
  if (scale === 'log' && low <= 0)
    throw new UserError(
      at,
      `a logarithmic range cannot start at ${low}`,
      'Start above 0, or use scale: linear',
    )
  const isWhole = Number.isSafeInteger(low) && Number.isSafeInteger(high)
  if (kind === 'int' && !isWhole)
    throw new UserError(
      at,
      `${low}..${high} has ends that are not whole numbers`,
      'Round them, or use kind: float',
    )
  return {
    kind: kind ?? (isWhole ? 'int' : 'float'),
    name,
    low,
    high,
    scale: scale ?? (low > 0 && high >= LOG_FROM * low ? 'log' : 'linear'),
  }
}

/**
 * On a command line everything is text; what reads as a number or a truth value is meant as one.
 */
export function parseChoice(text: string): Choice {
  const word = text.trim()
  if (word === 'true' || word === 'false') return word === 'true'
  return word !== '' && !Number.isNaN(Number(word)) ? Number(word) : word
}
