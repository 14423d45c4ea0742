import { stripVTControlCharacters } from 'node:util'

/** An object that a program printed, with the text around it. */
export interface PrintedObject {
  readonly fields: Readonly<Record<string, unknown>>
  readonly before: string
}

/** Characters of a line that are searched for objects. */
const SEARCHED = 1 << 16
/** Braces of a line at which an object may begin. */
const BEGINNINGS = 20

/** A line without colors, cursor movements and other characters that print nothing. */
export function plainText(line: string): string {
  return stripVTControlCharacters(line).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}

/**
 * The objects in a line: JSON, also with NaN and Infinity, a Python dict, or an object as Node
 * prints it; behind a progress bar, a log prefix or anything else. Objects inside a list are none:
 * programs print lists to repeat what they had printed before.
 *
 * @param text as `plainText` gives it
 */
export function printedObjects(text: string): readonly PrintedObject[] {
  const line = text.slice(0, SEARCHED)
  const objects: PrintedObject[] = []
  let from = 0
  for (let tries = 0; tries < BEGINNINGS; tries++) {
    const start = line.indexOf('{', from)
    if (start < 0) break
    const end = closingBrace(line, start)
    const before = line.slice(0, start)
    const fields = end < 0 || /[[,]\s*$/.test(before) ? null : parse(line.slice(start, end + 1))
    if (fields) objects.push({ fields, before })
    from = fields ? end + 1 : start + 1
  }
  return objects
}

/** @returns the place of the brace that closes the one at `start`, or -1 */
function closingBrace(line: string, start: number): number {
  let depth = 0
  const tokens = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}]/y
  for (let at = start; at < line.length;) {
    tokens.lastIndex = at
    const token = tokens.exec(line)?.[0] ?? line[at]!
    if (token === '{') depth++
    if (token === '}' && --depth === 0) return at
    at += token.length
  }
  return -1
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  for (const json of [text, asJson(text)]) {
    try {
      const value = JSON.parse(json) as unknown
      return typeof value === 'object' && value !== null ? { ...value } : null
    } catch {
      // The next spelling.
    }
  }
  return null
}

const WORDS: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  true: 'true',
  false: 'false',
  None: 'null',
  null: 'null',
  undefined: 'null',
  nan: '"NaN"',
  NaN: '"NaN"',
  inf: '"Infinity"',
  Infinity: '"Infinity"',
}

/**
 * Python's and Node's spelling of a value as JSON: their strings and words, tuples, numbers inside
 * a call such as `tensor(0.5, device='cuda:0')` or `np.float64(0.5)`, names without quotes, a comma
 * at the end.
 */
function asJson(text: string): string {
  const number = String.raw`[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
  const pattern = new RegExp(
    String.raw`("(?:[^"\\]|\\.)*")|'((?:[^'\\]|\\.)*)'` +
      String.raw`|[A-Za-z_][\w.]*\(\s*(${number}|[-+]?nan|[-+]?inf)\b[^(){}]*\)` +
      String.raw`|(${number})n?(?![\w.])|([-+]?)([A-Za-z_$][\w$.]*)|,(?=\s*[\]})])|([()])`,
    'g',
  )
  return text.replace(
    pattern,
    (match, double, single, called, plain, sign, word, parenthesis): string => {
      if (double !== undefined) return double as string
      if (single !== undefined) return JSON.stringify(single)
      const digits = (called ?? plain) as string | undefined
      if (digits !== undefined) return numeral(digits)
      if (word !== undefined) return wordAsJson(word as string, sign as string)
      if (parenthesis !== undefined) return parenthesis === '(' ? '[' : ']'
      return match === ',' || match.startsWith(',') ? '' : match
    },
  )
}

function numeral(text: string): string {
  const word = text.replace(/^[-+]/, '')
  if (word in WORDS) return wordAsJson(word, text.startsWith('-') ? '-' : '')
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value))
}

function wordAsJson(word: string, sign: string): string {
  const json = Object.hasOwn(WORDS, word) ? WORDS[word]! : JSON.stringify(word)
  return sign === '-' ? json.replace(/^"/, '"-') : json
}
