import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/dataset/dataset.js'
import {
  sourceJsonText,
  parseSourceJson,
  SourceNumber,
} from '../../src/model-folder/source-json.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { temporaryFolder, tinyTokenizer } from '../model-folder/fixtures.js'

interface Golden {
  readonly cases: readonly {
    readonly file: string
    readonly text: string
    readonly rows: readonly unknown[]
  }[]
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/data-json.json'), 'utf8'),
) as Golden
const dir = temporaryFolder()

/** Numbers as the texts that the file has for them. */
function spelled(value: unknown): unknown {
  if (value instanceof SourceNumber) return value.text
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(spelled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spelled(inner)]))
}

async function rows(name: string, content: string, onSetAside?: (name: string) => void) {
  const path = join(dir, name)
  writeFileSync(path, content)
  const values = []
  for await (const { value } of readRecords(path, undefined, onSetAside)) values.push(value)
  return values
}

describe('JSON data sets hold the rows that Python reads', () => {
  it.each(golden.cases)('$file', async ({ file, text, rows: right }) => {
    const read = (await rows(file, text)).map(value => {
      // pandas writes the row's label into the layout `table`.
      const { index: _, ...row } = spelled(value) as Record<string, unknown>
      return row
    })
    expect(read).toEqual(right)
  })
})

describe('JSON of a data set', () => {
  it('keeps the spelling of any number, at any depth', () => {
    const number = fc.oneof(
      fc.bigInt().map(String),
      fc.tuple(fc.integer(), fc.stringMatching(/^\d{1,20}$/)).map(([a, b]) => `${a}.${b}`),
      fc.tuple(fc.integer(), fc.integer({ min: -400, max: 400 })).map(([a, b]) => `${a}e${b}`),
      fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0.0'),
    )
    fc.assert(
      fc.property(number, fc.string(), (word, text) => {
        const line = `{${JSON.stringify(text)}: [${word}, {"a": ${word}}, ${JSON.stringify(text)}]}`
        expect(sourceJsonText(parseSourceJson(line))).toContain(`[${word},{"a":${word}},`)
        const [, inner] = Object.values(parseSourceJson(line) as Record<string, unknown[]>)[0]!
        const { a } = inner as { a: SourceNumber | number }
        expect(a instanceof SourceNumber ? a.text : String(a)).toBe(word)
      }),
    )
  })

  it.each(['01', '1.', '.5', '+1', '1e', '- 1', 'nan', 'infinity', 'NaNa', '1_000'])(
    'refuses %s, which is no number',
    word => {
      expect(() => parseSourceJson(`{"answer": ${word}}`)).toThrow()
    },
  )

  it('names the place of a fault behind numbers that are none', async () => {
    await expect(rows('fault.jsonl', '{"a": NaN, "b": 1.0, "c" 2}')).rejects.toThrow(
      'line 1: malformed JSON at column 26: expected ":"',
    )
  })
})

describe('what a JSON file holds beside its records', () => {
  it('is named with its count', async () => {
    const aside: string[] = []
    const records = '[{"prompt": "a", "answer": "b"}]'
    await rows('keyed.json', `{"train": ${records}, "test": ${records}}`, name => aside.push(name))
    expect(aside).toEqual(['test'])
  })

  it('is one record beside a question and its answer, whatever its name', async () => {
    const record = { question: 'q', answer: 'a', sources: [{ id: 1 }, { id: 2 }] }
    expect(await rows('sources.json', JSON.stringify(record))).toEqual([record])
  })
})

it('half of a character leaves the record out, and no other', async () => {
  const path = join(dir, 'halves.jsonl')
  const line = (text: string) => `{"prompt": "where? ${text}", "answer": "there"}`
  writeFileSync(path, ['\\ud83d', '\\ud83d\\ude00', '\\ude00', 'x', 'y'].map(line).join('\n'))
  const { report } = await loadDataset(
    { data: path, validation: 0.3, training: { maxLength: 48 } },
    await tinyTokenizer('byte level'),
    1,
  )
  expect(report).toMatchObject({
    examples: 3,
    droppedReasons: [{ count: 2, reason: 'it holds half of a character (a lone surrogate)' }],
  })
})

it('a number that is none is no answer', async () => {
  const path = join(dir, 'nan-answers.jsonl')
  const lines = [1, 2, 'NaN', 'Infinity', 5, 6].map(a => `{"prompt": "p${a}", "answer": ${a}}`)
  writeFileSync(path, lines.join('\n'))
  const { report } = await loadDataset(
    { data: path, validation: 0.3, training: { maxLength: 48 } },
    await tinyTokenizer('byte level'),
    1,
  )
  expect(report.droppedReasons.map(({ reason }) => reason).sort()).toEqual([
    'the answer is Infinity, not text',
    'the answer is NaN, not text',
  ])
})
