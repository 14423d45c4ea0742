import { nearest, UserError } from '../errors.js'
import type { NumberSetting } from './setting.js'
import type { Strategy, StrategyOption } from './strategy.js'

export type Options = Readonly<Record<string, unknown>>

/**
 * The options of a strategy with defaults filled in.
 *
 * @param subject where they were written: `sampler`
 * @throws UserError for an option that the strategy does not have, one that is missing, or a value
 *   of the wrong type or out of bounds
 */
export function checkedOptions(strategy: Strategy, options: Options, subject: string): Options {
  const { name, options: settings } = strategy
  const names = settings.map(setting => setting.name)
  for (const option of Object.keys(options)) {
    if (names.includes(option)) continue
    const remedy = names.length > 0 ? suggestion(option, names) : 'Leave it out'
    throw new UserError(`${subject}.${option}`, `${name} has no such option`, remedy)
  }
  return Object.fromEntries(
    settings.map(setting => {
      const value = options[setting.name] ?? setting.default
      const place = `${subject}.${setting.name}`
      if (value === undefined && setting.defaultText === undefined)
        throw new UserError(place, `${name} needs it`, `Write ${usage(strategy)}`)
      if (value !== undefined && !fits(setting, value))
        throw new UserError(
          place,
          `${JSON.stringify(value)} is not ${requirement(setting)}`,
          setting.default === undefined ? `Write ${usage(strategy)}` : `Try ${setting.default}`,
        )
      return [setting.name, value]
    }),
  )
}

/** How a strategy is written, with its defaults: `percentile(percent, peers=5)`. */
export function usage({ name, options }: Pick<Strategy, 'name' | 'options'>): string {
  const written = options.map(({ name, default: value, defaultText }) =>
    value !== undefined ? `${name}=${value}` : defaultText ? `${name}=…` : name,
  )
  return written.length > 0 ? `${name}(${written.join(', ')})` : name
}

/** The nearest name, if one is near, and all of them. */
export function suggestion(word: string, names: readonly string[]): string {
  const close = nearest(word, names)
  const list = `Use ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}`
  return close ? `Did you mean ${close}? ${list}` : list
}

function fits(setting: StrategyOption, value: unknown): boolean {
  switch (setting.type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return setting.choices.includes(value as string)
    case 'string':
      return typeof value === 'string' && value !== ''
    default:
      return typeof value === 'number' && isWithin(setting, value)
  }
}

function isWithin(
  { type, min, max, exclusiveMin, exclusiveMax }: NumberSetting,
  value: number,
): boolean {
  if (type === 'int' ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return false
  return (exclusiveMin ? value > min : value >= min) && (exclusiveMax ? value < max : value <= max)
}

function requirement(setting: StrategyOption): string {
  switch (setting.type) {
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${setting.choices.join(', ')}`
    case 'string':
      return 'a text'
    default:
      return numberRequirement(setting)
  }
}

function numberRequirement({ type, min, max, exclusiveMin, exclusiveMax }: NumberSetting): string {
  if (type === 'int' && min === 1 && max === Number.MAX_SAFE_INTEGER) return 'a positive integer'
  const noun = type === 'int' ? 'an integer' : 'a number'
  const lower = exclusiveMin ? `above ${min}` : `of at least ${min}`
  const unbounded = max === Number.MAX_SAFE_INTEGER || max === Number.MAX_VALUE
  if (unbounded) return `${noun} ${lower}`
  return `${noun} ${lower} and ${exclusiveMax ? `below ${max}` : `at most ${max}`}`
}
