import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arrayElements,
  JsonError,
  objectMembers,
  parseJson,
  textPosition,
  valueSpan,
} from '../../src/model-folder/json.js'

/** JSON with white space, and JSON with a few characters changed, added or taken away. */
const texts = fc
  .tuple(fc.json(), fc.constantFrom(0, 1, 2))
  .map(([text, indent]) => JSON.stringify(JSON.parse(text), null, indent))
const edits = fc.array(
  fc.tuple(
    fc.nat(200),
    fc.nat(2),
    fc.oneof(fc.constantFrom(...'{}[]",:\\-+.eE019 \n\ttrfnul\u0000'), fc.string({ maxLength: 3 })),
  ),
  { minLength: 1, maxLength: 4 },
)
const damaged = fc
  .tuple(texts, edits)
  .map(([text, changes]) =>
    changes.reduce(
      (s, [at, cut, put]) =>
        s.slice(0, at % (s.length + 1)) + put + s.slice((at % (s.length + 1)) + cut),
      text,
    ),
  )

describe('JSON with places', () => {
  it('agrees with JSON.parse on what is JSON', () => {
    fc.assert(
      fc.property(fc.oneof(texts, damaged), text => {
        const parsed = attempt(() => JSON.parse(text) as unknown)
        const placed = attempt(() => parseJson(text))
        expect(placed.value).toEqual(parsed.value)
        if (parsed.error !== undefined) expect(placed.error).toBeInstanceOf(JsonError)
      }),
      { numRuns: 3000 },
    )
  })

  it('puts an error where the text can no longer become JSON', () => {
    fc.assert(
      fc.property(damaged, text => {
        const { error } = attempt(() => parseJson(text))
        if (!(error instanceof JsonError)) return
        expect(error.offset).toBeLessThanOrEqual(text.length)
        // What is before the place is sound: cut off there, nothing but the end is wrong
        const before = attempt(() => parseJson(text.slice(0, error.offset))).error
        if (before !== undefined)
          expect((before as JsonError).problem).toMatch(/found the end$|never closed$/)
      }),
      { numRuns: 2000 },
    )
  })

  it('finds the span of a value, and those of its members and elements', () => {
    fc.assert(
      fc.property(texts, text => {
        const { start, end } = valueSpan(`  ${text}  `)
        expect(`  ${text}  `.slice(start, end)).toBe(text)
        const value: unknown = JSON.parse(text)
        const slice = (span: { start: number; end: number }): unknown =>
          JSON.parse(text.slice(span.start, span.end))
        if (Array.isArray(value)) expect([...arrayElements(text, 0)].map(slice)).toEqual(value)
        else if (typeof value === 'object' && value !== null) {
          expect(
            Object.fromEntries(
              [...objectMembers(text, 0)].map(({ key, value }) => [key, slice(value)]),
            ),
          ).toEqual(value)
        }
      }),
    )
  })

  it('keeps both of two equal keys', () => {
    expect([...objectMembers('{"a": 1, "a": [2]}', 0)].map(({ key }) => key)).toEqual(['a', 'a'])
  })

  it('reads a million open brackets without overflowing the stack', () => {
    expect(() => valueSpan('['.repeat(1e6))).toThrow(JsonError)
  })

  it.each([
    ['{"a": 1,}', 'expected a key in double quotes, found "}"', 1, 9],
    ['{"a": 1\n "b": 2}', 'expected "," or "}", found """', 2, 2],
    ["{'a': 1}", 'expected a key in double quotes, found "\'"', 1, 2],
    ['[1, 2', 'expected "," or "]", found the end', 1, 6],
    ['{"a": "b', 'a string is never closed', 1, 7],
    ['{"a": "b\n"}', 'a string is not closed on its line', 1, 9],
    ['[NaN]', 'expected a value, found "N"', 1, 2],
    ['[1] [2]', 'expected nothing after the value, found "["', 1, 5],
    ['{"a": "\\x"}', 'not an escape of JSON', 1, 8],
    ['', 'expected a value, found the end', 1, 1],
  ])('says what is wrong in %j', (text, problem, line, column) => {
    const { error } = attempt(() => parseJson(text))
    expect(error).toMatchObject({ problem })
    expect(textPosition(text, (error as JsonError).offset)).toMatchObject({ line, column })
  })
})

function attempt(run: () => unknown): { value?: unknown; error?: unknown } {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}
