import { unreachable, UserError } from '../errors.js'
import type { NumberSetting, Setting } from './setting.js'

/** Whether a number lies within the bounds of its setting. */
export function withinBounds(
  { type, min, max, exclusiveMin, exclusiveMax }: NumberSetting,
  value: number,
): boolean {
  if (type === 'int' && !Number.isSafeInteger(value)) return false
  const above = exclusiveMin ? value > min : value >= min
  const below = exclusiveMax ? value < max : value <= max
  return above && below
}

/** The bounds in words: `1 to 65536`, `above 0, at most 1`, `0 to below 1`, `at least 0`. */
export function boundsText({ min, max, exclusiveMin, exclusiveMax }: NumberSetting): string {
  if (min <= -Number.MAX_VALUE && max >= Number.MAX_VALUE) return 'any'
  if (max >= Number.MAX_SAFE_INTEGER) return `${exclusiveMin ? 'above' : 'at least'} ${min}`
  if (exclusiveMin) return `above ${min}, ${exclusiveMax ? 'below' : 'at most'} ${max}`
  return exclusiveMax ? `${min} to below ${max}` : `${min} to ${max}`
}

/** What a value of the setting must be, after "Give": `a whole number, 1 to 65536`. */
export function expectedValue(setting: Setting): string {
  switch (setting.type) {
    case 'int':
      return `a whole number, ${boundsText(setting)}`
    case 'float':
      return `a number, ${boundsText(setting)}`
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${setting.choices.join(', ')}`
    case 'string':
      return 'a text'
    case 'list':
      return 'a list of texts'
    case 'custom':
      return `what the documentation of ${setting.name} describes`
    default:
      return unreachable(setting)
  }
}

/**
 * Checks a single value of a setting: a number, a word or a truth value.
 *
 * @param at what the error begins with
 * @throws UserError if it is missing or outside the bounds
 */
export function checkValue(setting: Setting, value: unknown, at: string): void {
  const fits =
    setting.type === 'int' || setting.type === 'float'
      ? typeof value === 'number' && withinBounds(setting, value)
      : setting.type === 'choice'
        ? setting.choices.includes(value as string)
        : setting.type === 'boolean'
          ? typeof value === 'boolean'
          : value !== undefined
  if (fits) return
  throw new UserError(
    at,
    value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`,
    `Give ${expectedValue(setting)}`,
  )
}
