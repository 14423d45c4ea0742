import { parseJson, valueSpan } from './json.js'

/**
 * A number of a data set whose spelling a JavaScript number does not keep: an integer above 2⁵³, or
 * a decimal such as 12.0, 1e4 or 0.10. Also Python's NaN and Infinity.
 */
export class SourceNumber {
  /** @param text as the file has it */
  constructor(readonly text: string) {}

  get isFinite(): boolean {
    return Number.isFinite(Number(this.text))
  }
}

/** What Python's json writes beyond JSON. */
const NOT_FINITE = /-?Infinity|NaN/

/** Strings and numbers of JSON, and Python's words for numbers that are none. */
const TOKENS =
  /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?\bInfinity\b|\bNaN\b/gs

/** Whether a text may hold a number that loses its spelling: then it is looked at in full. */
const MAY_LOSE = /[\d.][eE.]|\.\d|\d{16}|-0|NaN|Infinity/

/** Begins a string that stands for a number; JSON has this character in escapes only. */
const MARK = '\u0000number:'

/**
 * Reads JSON as a data set has it: numbers keep their spelling (see `SourceNumber`), and Python's
 * NaN and Infinity are values.
 *
 * @throws JsonError with the place
 */
export function parseSourceJson(text: string): unknown {
  if (!MAY_LOSE.test(text)) return parseJson(text)
  const marked = text.replace(TOKENS, token =>
    token[0] === '"' || (String(Number(token)) === token && !NOT_FINITE.test(token))
      ? token
      : `"\\u0000number:${token}"`,
  )
  try {
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK)
        ? new SourceNumber(value.slice(MARK.length))
        : value,
    )
  } catch (error) {
    // The place of the fault is that in the file's own text.
    const plain = withoutNotFinite(text)
    const { end } = valueSpan(plain)
    if (plain.slice(end).trim() !== '') parseJson(plain)
    throw error
  }
}

/** The text with numbers of equal length for NaN and Infinity, which `valueSpan` does not know. */
export function withoutNotFinite(text: string): string {
  return NOT_FINITE.test(text)
    ? text.replace(TOKENS, token =>
        token[0] !== '"' && NOT_FINITE.test(token) ? '1'.repeat(token.length) : token,
      )
    : text
}

/**
 * A value as JSON in one line; numbers as the file spells them.
 *
 * @param python as Python's json.dumps: spaces behind commas and colons, and numbers as Python
 *   writes them after reading them
 */
export function sourceJsonText(value: unknown, { python = false } = {}): string {
  if (python && (value instanceof SourceNumber || typeof value === 'number'))
    return pythonNumber(value)
  if (value instanceof SourceNumber) return value.text
  const [comma, colon] = python ? [', ', ': '] : [',', ':']
  if (Array.isArray(value))
    return `[${value.map(item => sourceJsonText(item, { python })).join(comma)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}${colon}${sourceJsonText(inner, { python })}`,
  )
  return `{${members.join(comma)}}`
}

/**
 * A number as Python's json writes it after reading it: `1e4` becomes `10000.0`, `12.0` stays.
 * Integers keep all their digits.
 */
export function pythonNumber(value: number | SourceNumber): string {
  const text = value instanceof SourceNumber ? value.text : String(value)
  if (NOT_FINITE.test(text)) return text
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text
  const number = Number(text)
  if (!Number.isFinite(number)) return text.startsWith('-') ? '-Infinity' : 'Infinity'
  return pythonFloat(number)
}

/** Python's repr: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
function pythonFloat(value: number): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1])
  if (exponent < -4 || exponent >= 16) {
    const [digits, power] = value.toExponential().split('e') as [string, string]
    return `${digits}e${power[0]}${power.slice(1).padStart(2, '0')}`
  }
  const text = Object.is(value, -0) ? '-0' : String(value)
  const plain = text.includes('e') ? value.toFixed(-exponent + digitCount(value) - 1) : text
  return plain.includes('.') ? plain : `${plain}.0`
}

function digitCount(value: number): number {
  return value.toExponential().split('e')[0]!.replace(/[-.]/g, '').length
}
