import { UserError } from '../../errors.js'
import type { Choice } from '../../space/parameter.js'
import { inAscii, isNumber, numbersIn, pairIn, hasThreeDots } from './numbers.js'

/** Words of a distribution that stand in a list beside its bounds, as in `[1e-5, 1e-2, log]`. */
const SCALE_WORDS = /^(log|linear|uniform|log-?_?uniform|int|float)$/i

/**
 * Checks the values of a list of choices.
 *
 * @throws UserError for a value that is no choice, or a text that was meant as a range or a list
 */
export function checkList(values: readonly unknown[], at: string): readonly Choice[] {
  for (const value of values) checkChoice(value, values.length, at)
  const numbers = values.filter(value => typeof value === 'number')
  const word = values.find(
    (value): value is string => typeof value === 'string' && SCALE_WORDS.test(value),
  )
  if (word !== undefined && numbers.length >= 2)
    throw new UserError(
      at,
      `has "${word}" among its choices`,
      `For a range write { low: ${numbers[0]}, high: ${numbers[1]}, scale: ` +
        `${/log/i.test(word) ? 'log' : 'linear'} }`,
    )
  return values as readonly Choice[]
}

function checkChoice(value: unknown, count: number, at: string): void {
  if (value === null || value === undefined)
    throw new UserError(
      at,
      'has null among its choices, and a choice is a text, a number, true or false',
      'Write "none" in its place, and let your training read it; or declare another parameter ' +
        'with when',
    )
  if (typeof value === 'object')
    throw new UserError(
      at,
      `has ${JSON.stringify(value)} among its choices, and a choice is a text, a number, true ` +
        'or false',
      `Give each a name, as in [small, large], and let your training read it`,
    )
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new UserError(at, `has ${value} among its choices`, 'List finite numbers')
  if (typeof value === 'string') checkText(value, count, at)
}

function checkText(text: string, count: number, at: string): void {
  const ascii = inAscii(text)
  const parts = ascii.split(/[,;]/).map(part => part.trim())
  const isFullWidth = ascii !== text && (parts.every(isNumber) || pairIn(ascii) !== null)
  if (isFullWidth || (count === 1 && parts.length > 1 && parts.every(isNumber)))
    throw new UserError(
      at,
      `${JSON.stringify(text)} is ${isFullWidth ? 'written with full-width signs' : 'one text'}`,
      parts.every(isNumber)
        ? `Write the numbers in the list, as in [${parts.join(', ')}]`
        : `Write a range without brackets: ${rangeText(ascii)}`,
    )
  const { sign } = pairIn(ascii) ?? {}
  if (sign === '..' || sign === '...' || sign === '~' || hasThreeDots(ascii))
    throw new UserError(
      at,
      `${JSON.stringify(text)} is a range within a list`,
      count === 1
        ? `Write it without brackets: ${rangeText(ascii)}`
        : 'Write one range, or the values',
    )
}

/** A range of ours from any text with two numbers. */
export function rangeText(ascii: string): string {
  const pair = pairIn(ascii)
  const [low, high] = pair ? [pair.low, pair.high] : numbersIn(ascii.replace(/\.{3}/, ' '))
  return `${low}..${high}`
}
