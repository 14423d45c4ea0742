import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readRecords } from '../../src/dataset/readers/records.js'
import { runsFit } from '../../src/dataset/readers/parquet-runs.js'

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/data-parquet.json'), 'utf8'),
) as {
  readonly rows: Readonly<Record<string, readonly (readonly (string | null)[])[]>>
  readonly exact: Readonly<Record<string, readonly unknown[]>>
}

it.each(Object.keys(golden.rows))('a file of %s has the rows that pyarrow reads', async name => {
  const path = join(import.meta.dirname, `../fixtures/parquet/${name}.parquet`)
  const rows = []
  for await (const { value } of readRecords(path)) {
    const { question, answer } = value as Record<string, string | null>
    rows.push([question ?? null, answer ?? null])
  }
  expect(rows).toEqual(golden.rows[name])
})

/** All values as text, and members of structures that are null as absent. */
function written(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return String(value as string | number | boolean)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]))
}

it.each(Object.keys(golden.exact))('%s has the digits that Python writes', async name => {
  const path = join(import.meta.dirname, `../fixtures/parquet/${name}.parquet`)
  const rows = []
  for await (const { value } of readRecords(path)) rows.push(written(value))
  expect(rows).toEqual(golden.exact[name])
})

it('a file without rows has none', async () => {
  const path = join(import.meta.dirname, '../fixtures/parquet/no-rows.parquet')
  for await (const record of readRecords(path)) expect(record).toBeUndefined()
})

const DICTIONARY = 8
const page = (...bytes: number[]) => ({
  bytes: Uint8Array.from(bytes),
  encoding: DICTIONARY,
  count: 10,
})

it.each([
  ['a packed run of 8 and one of 8 that is filled up', page(2, 3, 1, 2, 3, 4), true],
  [
    'a packed run of 256 whose bytes are there',
    page(1, 65, ...new Array<number>(32).fill(0)),
    true,
  ],
  ['a packed run of 256 whose bytes are missing', page(1, 65, 0), false],
  ['a packed run without bits, far longer than the page', page(0, 0xff, 0xff, 0xff, 0x7f), false],
  ['an equal run far longer than the page', page(1, 0xfe, 0xff, 0xff, 0x7f, 0), false],
  ['empty packed runs at the end', page(1, 5, 1, 2, 1, 1), true],
])('%s: fits is %s', (_, values, fits) => {
  expect(runsFit(values, [], false)).toBe(fits)
})
