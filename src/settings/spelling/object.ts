import { nearest, UserError } from '../../errors.js'
import type { Choice, Scale } from '../../space/parameter.js'
import type { Family } from '../setting.js'
import { listItems } from './call-text.js'
import type { CanonicalRange } from './calls.js'
import { checkList } from './list.js'

/** A parameter as an object in our spelling; its condition is checked later. */
export type CanonicalObject = (CanonicalRange | { readonly choices: readonly Choice[] }) & {
  readonly when?: unknown
}

type Source = Readonly<Record<string, unknown>>

/** Our keys, and what Optuna, W&B, Ray, NNI and Hydra call them. */
const KEYS = {
  low: ['low', 'min', 'lower', 'minimum', 'from'],
  high: ['high', 'max', 'upper', 'maximum'],
  choices: ['choices', 'values', 'categories', 'options', 'grid_search'],
  value: ['value'],
  scale: ['scale', 'distribution', '_type'],
  log: ['log'],
  kind: ['kind', 'type'],
  step: ['step', 'q'],
  bounds: ['bounds', 'range', '_value'],
  when: ['when'],
} as const
type Key = keyof typeof KEYS
const OWN_KEYS = ['low', 'high', 'scale', 'step', 'kind', 'choices', 'when']

/**
 * What a distribution's name says. Without a scale it is a list. W&B's `log_uniform` has exponents
 * for bounds, and a step on a logarithmic scale has no meaning that all agree on.
 */
const DISTRIBUTIONS: Readonly<
  Record<string, { readonly scale?: Scale; readonly kind?: 'int' | 'float' }>
> = {
  linear: { scale: 'linear' },
  log: { scale: 'log' },
  logarithmic: { scale: 'log' },
  uniform: { scale: 'linear', kind: 'float' },
  int_uniform: { scale: 'linear', kind: 'int' },
  q_uniform: { scale: 'linear', kind: 'float' },
  quniform: { scale: 'linear', kind: 'float' },
  randint: { scale: 'linear', kind: 'int' },
  loguniform: { scale: 'log', kind: 'float' },
  log_uniform_values: { scale: 'log', kind: 'float' },
  categorical: {},
  choice: {},
  constant: {},
}
const KINDS: Readonly<Record<string, 'int' | 'float' | 'list'>> = {
  int: 'int',
  integer: 'int',
  float: 'float',
  double: 'float',
  real: 'float',
  categorical: 'list',
  choice: 'list',
  ordinal: 'list',
  discrete: 'list',
}

/**
 * Reads a parameter that is written as an object: `{ low, high, scale }`, or the spelling of
 * another tool, such as `{ min, max, distribution: log_uniform_values }`, `{ values: [1, 2] }` or
 * `{ type: float, low: 1e-5, high: 1e-2, log: true }`.
 *
 * @throws UserError for a key or a value that does not fit, and for a step that misses the end
 */
export function readObject(source: Source, at: string, family: Family): CanonicalObject {
  const fields = keyed(source, at)
  const when = fields['when'] === undefined ? {} : { when: fields['when'] }
  const named = distribution(fields, at)
  const kind = kindIn(fields, at)
  const list = listIn(fields, kind, at)
  if (list !== null) {
    const extra = (['low', 'high', 'step', 'log'] as const).find(key => fields[key] !== undefined)
    if (extra)
      throw new UserError(at, `has a list of values and ${extra}`, 'Take one of the two out')
    const choices = checkList(list, at)
    if (choices.length === 0)
      throw new UserError(at, 'has an empty list of choices', 'List at least one, as in [4, 8]')
    return { choices, ...when }
  }
  const [low, high] = ends(fields, at)
  const scale = scaleIn(fields, named, source)
  const integer = kind === 'int' || named.kind === 'int' ? 'int' : undefined
  const written = kind === 'list' ? undefined : (kind ?? named.kind)
  const step = stepIn(fields, { low, high, scale, isInteger: integer !== undefined }, at)
  return {
    low,
    high,
    ...(scale === undefined ? {} : { scale }),
    // The table of settings has the type of a fine-tuning's parameter.
    ...(written === undefined || family === 'model' ? {} : { kind: written }),
    ...(step === undefined ? {} : { step }),
    ...when,
  }
}

/** The fields by our keys. */
function keyed(source: Source, at: string): Partial<Record<Key, unknown>> {
  const { name, attributes } = source
  if (typeof name === 'string' && isObject(attributes)) {
    const kind = name.replace(/Distribution$/, '').toLowerCase()
    return keyed({ type: kind, ...attributes }, at)
  }
  const fields: Partial<Record<Key, unknown>> = {}
  for (const [key, value] of Object.entries(source)) {
    const own = (Object.keys(KEYS) as Key[]).find(own => KEYS[own].some(word => word === key))
    if (own === undefined) throw unknownKey(key, source, at)
    if (fields[own] !== undefined)
      throw new UserError(at, `states ${own} twice, as ${key} too`, 'Take one of them out')
    // Optuna writes `step: null` for no step.
    if (value !== null && value !== undefined) fields[own] = value
    else if (own !== 'step')
      throw new UserError(`${at}.${key}`, 'has no value', `Write a value, or take ${key} out`)
  }
  return fields
}

function unknownKey(key: string, source: Source, at: string): UserError {
  if (Object.values(source).every(value => value === null))
    return new UserError(
      at,
      `{${Object.keys(source).join(', ')}} has keys without values`,
      'Write low..high for a range, or [4, 8] for a list',
    )
  const close = nearest(key, OWN_KEYS)
  const other: Readonly<Record<string, string>> = {
    mu: 'normal distributions are not sampled',
    sigma: 'normal distributions are not sampled',
    probabilities: 'choices have equal probabilities',
    parameters: 'parameters are not nested; name each at the top, and use when',
  }
  return new UserError(
    `${at}.${key}`,
    Object.hasOwn(other, key) ? `does not apply: ${other[key]}` : 'is no key of a parameter',
    close ? `Did you mean ${close}?` : `Use ${OWN_KEYS.join(', ')}`,
  )
}

function distribution(
  { scale }: Partial<Record<Key, unknown>>,
  at: string,
): { readonly scale?: Scale; readonly kind?: 'int' | 'float' } {
  if (scale === undefined) return {}
  const word = wordIn(scale).replaceAll('-', '_')
  if (Object.hasOwn(DISTRIBUTIONS, word)) return DISTRIBUTIONS[word]!
  throw new UserError(
    `${at}.scale`,
    word === 'log_uniform'
      ? '"log_uniform" has exponents for bounds'
      : `${JSON.stringify(scale)} is not sampled`,
    word === 'log_uniform'
      ? 'Write the values themselves: low, high and scale: log'
      : 'Use linear or log',
  )
}

function kindIn({ kind }: Partial<Record<Key, unknown>>, at: string) {
  if (kind === undefined) return undefined
  const word = wordIn(kind)
  if (Object.hasOwn(KINDS, word)) return KINDS[word]!
  throw new UserError(
    `${at}.kind`,
    `${JSON.stringify(kind)} is no kind of parameter`,
    'Use int or float, or choices: [a, b]',
  )
}

/** The values of a list, however it is written; null for a range. */
function listIn(
  { choices, value, bounds, scale }: Partial<Record<Key, unknown>>,
  kind: 'int' | 'float' | 'list' | undefined,
  at: string,
): readonly unknown[] | null {
  const isList = kind === 'list' || /^(choice|categorical|constant)$/.test(wordIn(scale))
  const list = choices ?? (isList ? bounds : undefined)
  if (value !== undefined) return [value]
  if (Array.isArray(list)) return list as readonly unknown[]
  const items = typeof list === 'string' ? (listItems(list) ?? list.split(',')) : null
  if (items) return items.map(item => (Number.isNaN(Number(item)) ? item.trim() : Number(item)))
  if (list === undefined && !isList) return null
  throw new UserError(
    at,
    list === undefined ? 'has no choices' : `has the choices ${JSON.stringify(list)}`,
    'List them: choices: [a, b]',
  )
}

function ends(
  { low, high, bounds }: Partial<Record<Key, unknown>>,
  at: string,
): readonly [number, number] {
  const [first, last] = Array.isArray(bounds) && bounds.length === 2 ? bounds : [low, high]
  if (bounds !== undefined && (low !== undefined || high !== undefined || last === undefined))
    throw new UserError(at, 'has bounds that are not two numbers', 'Write low and high')
  return [end(first, 'low', at), end(last, 'high', at)]
}

function end(value: unknown, name: string, at: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  if (value === undefined)
    throw new UserError(
      at,
      `has no ${name}`,
      'Write low and high, as in { low: 1e-5, high: 1e-2 }, or choices: [a, b]',
    )
  throw new UserError(
    `${at}.${name}`,
    `${typeof value === 'number' ? value : JSON.stringify(value)} is not a finite number`,
    'Write a number, such as 0.1 or 1e-5',
  )
}

/** Other tools search a range linearly unless they state otherwise. */
function scaleIn(
  { log, kind, low }: Partial<Record<Key, unknown>>,
  named: { readonly scale?: Scale },
  source: Source,
): Scale | undefined {
  if (log === true) return 'log'
  if (named.scale) return named.scale
  const isOther = log === false || 'min' in source || 'type' in source || 'lower' in source
  return isOther && (kind !== undefined || low !== undefined) ? 'linear' : undefined
}

/** The step of a range, which must reach its end. */
function stepIn(
  { step }: Partial<Record<Key, unknown>>,
  range: {
    readonly low: number
    readonly high: number
    readonly scale: Scale | undefined
    readonly isInteger: boolean
  },
  at: string,
): number | undefined {
  if (step === undefined || (range.isInteger && Number(step) === 1)) return undefined
  const size = end(step, 'step', at)
  const { low, high, scale } = range
  if (scale === 'log')
    throw new UserError(
      `${at}.step`,
      'is of a linear scale, and the scale is log',
      `Take it out, list the values as choices, or use scale: linear`,
    )
  if (!(size > 0))
    throw new UserError(`${at}.step`, `${size} is not above 0`, 'Give the difference of two values')
  const count = Math.floor((high - low) / size + 1e-9)
  const last = Number((low + count * size).toPrecision(12))
  if (count >= 1 && Math.abs(high - last) > 1e-9 * Math.max(1, Math.abs(high)))
    throw new UserError(
      `${at}.step`,
      `${size} from ${low} ends at ${last} and does not reach ${high}`,
      `Write high: ${last}, or another step`,
    )
  return size
}

function wordIn(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}

function isObject(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
