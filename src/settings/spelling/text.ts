import { UserError } from '../../errors.js'
import { readCallText, type Canonical } from './calls.js'
import { checkList, rangeText } from './list.js'
import { hasThreeDots, inAscii, isNumber, numbersIn, pairIn } from './numbers.js'

/** Signs between two numbers that mean nothing but a range. */
const RANGE_SIGNS = new Set(['..', '...', '~', '-', 'to', '->'])

/**
 * Reads a parameter that is written as one text: `1e-5..1e-2`, `4,8,16`, `1 to 8`,
 * `loguniform(1e-5, 1e-2)`, or a fixed word.
 *
 * @returns the same in our spelling
 * @throws UserError for a text with several numbers that is neither a range nor a list
 */
export function readText(text: string, at: string): Canonical {
  const ascii = inAscii(text)
  const call = readCallText(ascii, at)
  if (call !== null) return ascii === text ? call : refuseSigns(text, ascii, at)
  const numbers = numbersIn(ascii)
  const pair = pairIn(ascii)
  if (!pair && (numbers.length === 0 || (numbers.length === 1 && ascii === text)))
    return checkOneEnd(text, at)
  if (hasThreeDots(ascii)) throw threeDots(text, ascii, at)
  if (pair && RANGE_SIGNS.has(pair.sign)) {
    if (ascii !== text) return refuseSigns(text, ascii, at)
    return pair.sign === '..' ? text : `${pair.low}..${pair.high}`
  }
  const list = numberList(ascii)
  if (list) return ascii === text ? list.join(',') : refuseSigns(text, list.join(','), at)
  if (ascii !== text && (isNumber(ascii) || numbers.length > 1)) return refuseSigns(text, ascii, at)
  if (numbers.length === 1) return text
  if (isWordList(ascii)) {
    checkList(
      ascii.split(',').map(part => part.trim()),
      at,
    )
    return text
  }
  // The caller's own message names the range that has too many ends, or none.
  if (ascii.includes('..')) return text
  throw severalNumbers(text, ascii, at)
}

/** `4,8,16`, `4; 8`, `4|8`, `4 8 16`, `[4, 8, 16]`; null for any other text. */
function numberList(ascii: string): readonly string[] | null {
  const inner = /^\s*[[({](.*)[\])}]\s*$/.exec(ascii)?.[1]
  const text = (inner ?? ascii).trim()
  const parts = text.split(/[,;|]/).map(part => part.trim())
  if (parts.length > 1 && parts.every(isNumber) && (inner === undefined || parts.length > 2))
    return parts
  const words = text.split(/\s+/)
  return words.length > 2 && words.every(isNumber) ? words : null
}

/** Words with commas between them, such as `bert-12-768,gpt2`. */
function isWordList(ascii: string): boolean {
  return ascii.includes(',') && !/[[\](){}]/.test(ascii)
}

function checkOneEnd(text: string, at: string): string {
  const [number] = numbersIn(text)
  if (number !== undefined && /^\s*(\S+\s*~|~\s*\S+)\s*$/.test(text))
    throw new UserError(at, `"${text}" has one end`, `Write both: low..high`)
  return text
}

function refuseSigns(text: string, ascii: string, at: string): never {
  const right = pairIn(ascii) ? rangeText(ascii) : ascii
  throw new UserError(
    at,
    `"${text}" is written with full-width or typographic signs`,
    `Write ${right}`,
  )
}

function threeDots(text: string, ascii: string, at: string): UserError {
  const [low, high] = ascii.split('...').map(end => end.trim())
  return new UserError(
    at,
    ascii === text
      ? `"${text}" can mean two ranges`
      : `"${text}" is written with full-width or typographic signs`,
    ascii === text ? `Write ${low}..${high} or ${low}..0.${high}` : `Write ${low}..${high}`,
  )
}

function severalNumbers(text: string, ascii: string, at: string): UserError {
  const numbers = numbersIn(ascii)
  const remedy =
    numbers.length === 2
      ? `Write ${numbers.join('..')} for a range, ${numbers.join(',')} for two values`
      : 'Write low..high for a range, or a list such as 4,8,16'
  return new UserError(
    at,
    `"${text}" has several numbers, and is neither a range nor a list`,
    `${remedy}, or choices: [${JSON.stringify(text)}] in study.yaml for a fixed text`,
  )
}
