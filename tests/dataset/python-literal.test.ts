import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parsePythonLiteral } from '../../src/dataset/python-literal.js'
import { readRecord } from '../../src/dataset/record.js'
import { SourceNumber } from '../../src/model-folder/source-json.js'

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/data-python.json'), 'utf8'),
) as { readonly cases: readonly { readonly text: string; readonly value: unknown }[] }

function withNumbers(value: unknown): unknown {
  if (value instanceof SourceNumber) return Number(value.text)
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNumbers(inner)]))
}

it.each(golden.cases)('$text is the value that Python printed', ({ text, value }) => {
  expect(withNumbers(parsePythonLiteral(text))).toEqual(value)
})

it('keeps the spelling of numbers', () => {
  const [decimal, long] = parsePythonLiteral('[12.50, 12345678901234567890]') as SourceNumber[]
  expect([decimal!.text, long!.text]).toEqual(['12.50', '12345678901234567890'])
})

it.each([
  '[',
  "['a'",
  "['a",
  '[a]',
  "{'a'}",
  "{'a': 1 'b': 2}",
  "['a'] b",
  '[datetime.date(2024, 1, 1)]',
  "[{'a': ...}]",
  '['.repeat(100_000),
  '',
])('%.20s is none', text => expect(parsePythonLiteral(text)).toBeUndefined())

it('a conversation that Python printed into a cell is read', () => {
  const messages = "[{'role': 'user', 'content': \"it's\"}\n {'role': 'assistant', 'content': 'a'}]"
  expect(readRecord({ messages })).toMatchObject({
    kind: 'conversation',
    messages: [
      { role: 'user', content: "it's" },
      { role: 'assistant', content: 'a' },
    ],
  })
})
