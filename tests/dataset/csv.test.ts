import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RawRecord } from '../../src/dataset/readers/raw-record.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { temporaryFolder } from '../model-folder/fixtures.js'

interface Golden {
  readonly cases: readonly {
    readonly name: string
    readonly text: string
    readonly rows: readonly Readonly<Record<string, string>>[]
  }[]
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/data-csv.json'), 'utf8'),
) as Golden
const dir = temporaryFolder()
let files = 0

async function records(text: string | Buffer): Promise<RawRecord[]> {
  const path = join(dir, `${files++}.csv`)
  writeFileSync(path, text)
  const read = []
  for await (const record of readRecords(path)) read.push(record)
  return read
}

describe('CSV holds the rows that Python reads', () => {
  it.each(golden.cases)('$name', async ({ text, rows }) => {
    expect((await records(text)).map(({ value }) => value)).toEqual(rows)
  })
})

describe('a row that cannot be used', () => {
  it.each([
    ['more cells than columns', 'a,b,c', 'the row has 3 cells where there are 2 columns'],
    ['fewer cells', 'a', 'the row has 1 cells where there are 2 columns'],
    ['text behind a closing quote', '"a"b,c', 'a cell has text behind its closing quote'],
    ['quotes that swallow a comma', '"a, b" c,d', 'a cell has text behind its closing quote'],
  ])('with %s is a problem of its own', async (_, row, problem) => {
    const read = await records(`question,answer\nx,y\n${row}\nz,w\n`)
    expect(read.map(record => record.problem)).toEqual([undefined, problem, undefined])
    expect(read.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  it('that opens a quote and never closes it ends the file with its line', async () => {
    await expect(records('question,answer\nx,y\nz,"w\nv,u\n')).rejects.toThrow(
      'line 3: a quote that opens there is never closed',
    )
  })

  it('is counted from the first line, behind what Excel wrote for the separator too', async () => {
    expect(await records('sep=;\nquestion;answer\na;b;c\n')).toMatchObject([
      { line: 3, problem: 'the row has 3 cells where there are 2 columns' },
    ])
  })
})
