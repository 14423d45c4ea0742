/** Where text stops being JSON, and why. `offset` counts UTF-16 units. */
export class JsonError extends Error {
  override readonly name = 'JsonError'

  constructor(
    readonly offset: number,
    /** What is wrong there, in words that end no sentence: `expected "," or "}", found "x"`. */
    readonly problem: string,
  ) {
    super(problem)
  }
}

/** A value's place in the text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * The value that begins at or after `offset`, without building it. `JSON.parse` of that span
 * succeeds: the grammar is RFC 8259's, and what V8's own messages leave out, the place of the
 * error, is in the JsonError this throws.
 */
export function valueSpan(text: string, offset = 0): Span {
  const start = skipSpace(text, offset)
  // Depth is kept in an array: a file of a million "[" must not overflow the stack.
  const closers: string[] = []
  let at = start
  do {
    at = skipSpace(text, at)
    const opened = text[at] === '{' ? '}' : text[at] === '[' ? ']' : undefined
    if (opened !== undefined) {
      at = skipSpace(text, at + 1)
      if (text[at] !== opened) {
        closers.push(opened)
        if (opened === '}') at = skipKey(text, at)
        continue
      }
      at++
    } else at = skipScalar(text, at)
    at = closeContainers(text, at, closers)
  } while (closers.length > 0)
  return { start, end: at }
}

/**
 * Members of the object at `offset`, duplicates included. @throws JsonError where the object stops
 * being JSON
 */
export function* objectMembers(
  text: string,
  offset: number,
): Generator<{ readonly key: string; readonly value: Span }> {
  let at = skipSpace(text, offset + 1)
  if (text[at] === '}') return
  for (;;) {
    const keyStart = skipSpace(text, at)
    const colon = skipKey(text, keyStart)
    const key = JSON.parse(text.slice(keyStart, skipString(text, keyStart))) as string
    const value = valueSpan(text, colon)
    yield { key, value }
    at = skipSpace(text, value.end)
    if (text[at] === '}') return
    if (text[at] !== ',') throw unexpected(text, at, '"," or "}"')
    at++
  }
}

/** Elements of the array at `offset`. @throws JsonError where the array stops being JSON */
export function* arrayElements(text: string, offset: number): Generator<Span> {
  let at = skipSpace(text, offset + 1)
  if (text[at] === ']') return
  for (;;) {
    const element = valueSpan(text, at)
    yield element
    at = skipSpace(text, element.end)
    if (text[at] === ']') return
    if (text[at] !== ',') throw unexpected(text, at, '"," or "]"')
    at++
  }
}

/** Parses one JSON text; unlike `JSON.parse` it says where the text is wrong. @throws JsonError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { end } = valueSpan(text)
    const after = skipSpace(text, end)
    if (after < text.length) throw unexpected(text, after, 'nothing after the value')
    throw error
  }
}

/** 1-based line and column of an offset, and the text around it on that line. */
export function textPosition(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number; readonly snippet: string } {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = text.indexOf('\n', offset) === -1 ? text.length : text.indexOf('\n', offset)
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1))
    line++
  const from = Math.max(lineStart, offset - 30)
  const to = Math.min(lineEnd, offset + 20)
  const [before, after] = [from > lineStart ? '…' : '', to < lineEnd ? '…' : '']
  const snippet = before + text.slice(from, to).trim() + after
  return { line, column: offset - lineStart + 1, snippet }
}

function skipSpace(text: string, at: number): number {
  for (;;) {
    const unit = text.charCodeAt(at)
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at
    at++
  }
}

/**
 * Closes what ends at `at` and moves on to where the next value of the innermost open container
 * begins.
 */
function closeContainers(text: string, at: number, closers: string[]): number {
  while (closers.length > 0) {
    const closer = closers.at(-1)!
    at = skipSpace(text, at)
    if (text[at] === ',') return closer === '}' ? skipKey(text, skipSpace(text, at + 1)) : at + 1
    if (text[at] !== closer) throw unexpected(text, at, `"," or "${closer}"`)
    closers.pop()
    at++
  }
  return at
}

/** From a key to behind its colon. */
function skipKey(text: string, at: number): number {
  if (text[at] !== '"') throw unexpected(text, at, 'a key in double quotes')
  const colon = skipSpace(text, skipString(text, at))
  if (text[colon] !== ':') throw unexpected(text, colon, '":"')
  return colon + 1
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

function skipScalar(text: string, at: number): number {
  if (text[at] === '"') return skipString(text, at)
  for (const pattern of [NUMBER, WORD]) {
    pattern.lastIndex = at
    if (pattern.test(text)) return pattern.lastIndex
  }
  throw unexpected(text, at, 'a value')
}

const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

function skipString(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    PLAIN.lastIndex = at
    PLAIN.test(text)
    at = PLAIN.lastIndex
    if (text[at] === '"') return at + 1
    if (at >= text.length) throw new JsonError(start, 'a string is never closed')
    ESCAPE.lastIndex = at
    if (!ESCAPE.test(text)) {
      const line = text.charCodeAt(at) === 0x0a
      throw new JsonError(
        at,
        text[at] === '\\'
          ? 'not an escape of JSON'
          : line
            ? 'a string is not closed on its line'
            : 'a control character in a string',
      )
    }
    at = ESCAPE.lastIndex
  }
}

function unexpected(text: string, at: number, expected: string): JsonError {
  const found = at >= text.length ? 'the end' : `"${String.fromCodePoint(text.codePointAt(at)!)}"`
  return new JsonError(at, `expected ${expected}, found ${found}`)
}
