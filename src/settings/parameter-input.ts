import { UserError } from '../errors.js'
import type { Choice, Parameter, Scale } from '../space/parameter.js'
import { boundsText, withinBounds } from './bounds.js'
import type { NumberSetting } from './setting.js'
import { SEARCHABLE } from './table/index.js'

/**
 * A parameter as people write it: `1e-5..1e-2`, `4,8,16`, `8`, a list, or an object with bounds.
 */
export type PlainInput =
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
export function readParameter(name: string, input: PlainInput, at: string): Parameter {
  const setting = SEARCHABLE.get(name)?.setting
  if (setting?.type === 'choice')
    return { kind: 'categorical', name, choices: words(setting.choices, input, at) }
  if (setting?.type !== 'int' && setting?.type !== 'float')
    throw new UserError(
      at,
      `"${name}" is not a parameter of a fine-tuning`,
      `Use ${[...SEARCHABLE.keys()].join(', ')}`,
    )
  const { example } = setting.searchable!
  const { scale = 'linear' } = setting
  const number = (value: string | number): number => readNumber(value, setting, at)
  if (typeof input === 'object' && 'low' in input)
    return range(name, setting, number(input.low), number(input.high), input.scale ?? scale, at)
  if (typeof input === 'string' && input.includes('..')) {
    const ends = input.split('..').map(end => end.trim())
    if (ends.length !== 2)
      throw new UserError(at, `"${input}" is not a range`, `Write it as ${example}`)
    return range(name, setting, number(ends[0]!), number(ends[1]!), scale, at)
  }
  const list = Array.isArray(input)
    ? (input as readonly (string | number)[])
    : typeof input === 'string'
      ? input.split(',')
      : [input as number]
  if (list.length === 0)
    throw new UserError(at, 'is an empty list', `Write values such as ${example}`)
  return { kind: 'categorical', name, choices: [...new Set(list.map(number))] }
}

/** How a parameter is searched if nothing is stated: the scale of its setting. */
export function defaultScale(name: string): Scale | undefined {
  const setting = SEARCHABLE.get(name)?.setting
  if (setting?.type !== 'int' && setting?.type !== 'float') return undefined
  return setting.scale ?? 'linear'
}

/** The way back: what `study.yaml` says of a parameter. */
export function writeParameter(
  parameter: Parameter,
): string | readonly Choice[] | { low: number; high: number; scale: Scale } {
  if (parameter.kind === 'categorical') return parameter.choices
  const { low, high, scale } = parameter
  return defaultScale(parameter.name) === scale ? `${low}..${high}` : { low, high, scale }
}

function words(choices: readonly string[], input: PlainInput, at: string): string[] {
  const list = Array.isArray(input)
    ? input.map(String)
    : typeof input === 'object'
      ? []
      : String(input)
          .split(',')
          .map(word => word.trim())
  const unknown = list.find(word => !choices.includes(word))
  if (list.length === 0 || unknown !== undefined)
    throw new UserError(
      at,
      unknown === undefined ? 'is not a list' : `"${unknown}" is none of ${choices.join(', ')}`,
      `Write it as ${choices.slice(0, 2).join(',')}`,
    )
  return [...new Set(list)]
}

function range(
  name: string,
  { type, searchable }: NumberSetting,
  low: number,
  high: number,
  requested: Scale,
  at: string,
): Parameter {
  if (low > high)
    throw new UserError(
      at,
      `${low}..${high} runs backwards`,
      `Write the lower end first: ${high}..${low}`,
    )
  if (requested === 'log' && low <= 0)
    throw new UserError(
      at,
      `a logarithmic range cannot start at ${low}`,
      `Start above 0, as in ${searchable!.example}`,
    )
  return { kind: type, name, low, high, scale: requested }
}

function readNumber(value: string | number, setting: NumberSetting, at: string): number {
  const { example } = setting.searchable!
  const text = String(value).trim()
  const number = text === '' ? Number.NaN : Number(text)
  if (Number.isNaN(number))
    throw new UserError(at, `"${text}" is not a number`, `Write it as ${example}`)
  if (!withinBounds({ ...setting, type: 'float' }, number))
    throw new UserError(at, `${text} is outside ${boundsText(setting)}`, `Try ${example}`)
  if (setting.type === 'int' && !Number.isInteger(number))
    throw new UserError(at, `${text} is not a whole number`, `Try ${example}`)
  return number
}
