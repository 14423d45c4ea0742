import { parseSourceJson } from '../model-folder/source-json.js'

const SPACE = /\s*/y
const NUMBER = /[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y
const QUOTE = /[rRuUbB]{0,2}("""|'''|"|')/y
const WORD = /-?[A-Za-z]+/y
const ESCAPE = /\\(?:\r\n|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g

/** Python's words for values, as JSON has them. */
const WORDS: Readonly<Record<string, string>> = {
  None: 'null',
  True: 'true',
  False: 'false',
  nan: 'NaN',
  inf: 'Infinity',
  '-inf': '-Infinity',
}
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}
/** Lists and dictionaries within each other. */
const DEEPEST = 64

/**
 * Reads what Python writes of a list or dictionary into a cell: `[{'role': 'user', …}, …]`. NumPy's
 * arrays are read too, which pandas has in place of lists and writes without commas. Numbers keep
 * their spelling.
 *
 * @returns undefined for anything else
 */
export function parsePythonLiteral(text: string): unknown {
  try {
    return parseSourceJson(new LiteralReader(text).json())
  } catch {
    return undefined
  }
}

/** Writes a Python literal as JSON. */
class LiteralReader {
  #at = 0

  constructor(private readonly text: string) {}

  /** @throws Error if the text is no literal */
  json(): string {
    const json = this.#value(0)
    this.#match(SPACE)
    if (this.#at < this.text.length) throw this.#fault()
    return json
  }

  #value(depth: number): string {
    if (depth > DEEPEST) throw this.#fault()
    this.#match(SPACE)
    if (this.#take('[')) return `[${this.#items(']', depth).join()}]`
    if (this.#take('(')) return `[${this.#items(')', depth).join()}]`
    if (this.#take('{')) return `{${this.#members(depth).join()}}`
    if (this.#take('array(')) return this.#array(depth)
    const string = this.#string()
    if (string !== null) return JSON.stringify(string)
    const number = this.#match(NUMBER)
    if (number) return jsonNumber(number)
    const word = WORDS[this.#match(WORD)]
    if (word === undefined) throw this.#fault()
    return word
  }

  /** Commas may be missing: NumPy parts items by spaces and line breaks. */
  #items(close: string, depth: number): string[] {
    const items: string[] = []
    for (;;) {
      this.#match(SPACE)
      if (this.#take(close)) return items
      items.push(this.#value(depth + 1))
      this.#match(SPACE)
      this.#take(',')
    }
  }

  #members(depth: number): string[] {
    const members: string[] = []
    for (;;) {
      this.#match(SPACE)
      if (this.#take('}')) return members
      const key = this.#value(depth + 1)
      this.#match(SPACE)
      if (!this.#take(':')) throw this.#fault()
      members.push(`${key.startsWith('"') ? key : JSON.stringify(key)}:${this.#value(depth + 1)}`)
      this.#match(SPACE)
      if (!this.#take(',') && this.text[this.#at] !== '}') throw this.#fault()
    }
  }

  /** `array([…], dtype=object)` */
  #array(depth: number): string {
    const json = this.#value(depth + 1)
    const end = /\s*(,\s*dtype=[\w.'<>]+\s*)?\)/y
    if (this.#match(end) === '') throw this.#fault()
    return json
  }

  #string(): string | null {
    const opening = this.#match(QUOTE)
    if (opening === '') return null
    const quote = opening.replace(/^[a-z]+/i, '')
    const begin = this.#at
    while (!this.text.startsWith(quote, this.#at)) {
      if (this.#at >= this.text.length) throw this.#fault()
      this.#at += this.text[this.#at] === '\\' ? 2 : 1
    }
    const inner = this.text.slice(begin, this.#at)
    this.#at += quote.length
    return /^[a-z]?r/i.test(opening) ? inner : inner.replace(ESCAPE, unescaped)
  }

  #take(word: string): boolean {
    const isThere = this.text.startsWith(word, this.#at)
    if (isThere) this.#at += word.length
    return isThere
  }

  /** What a sticky pattern matches here; empty if nothing. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [match = ''] = pattern.exec(this.text) ?? []
    this.#at += match.length
    return match
  }

  #fault(): Error {
    return new Error(`no Python literal at ${this.#at}`)
  }
}

/** JSON has digits before and after a point, and no plus in front. */
function jsonNumber(text: string): string {
  return text
    .replaceAll('_', '')
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?!\d)/, '.0')
}

function unescaped(escape: string): string {
  const code = escape.slice(1)
  if (/^[uUx]/.test(code)) return String.fromCodePoint(parseInt(code.slice(1), 16))
  if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8))
  if (/^[\r\n]/.test(code)) return ''
  return ESCAPES[code] ?? (/^["'\\]$/.test(code) ? code : escape)
}
