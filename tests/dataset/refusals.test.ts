import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { checkPages } from '../../src/dataset/readers/parquet-pages.js'
import { runsFit } from '../../src/dataset/readers/parquet-runs.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { parquet } from './dresses.js'
import { temporaryFolder } from '../model-folder/fixtures.js'

const dir = temporaryFolder()

async function outcome(name: string, content: string | Buffer): Promise<unknown> {
  const path = join(dir, name)
  writeFileSync(path, content)
  try {
    let count = 0
    for await (const record of readRecords(path)) count += record.line > 0 ? 1 : 0
    return count
  } catch (error) {
    return error
  }
}

async function refusal(name: string, content: string | Buffer): Promise<string> {
  const error = await outcome(name, content)
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).message.replaceAll(`${dir}/`, '')
}

const table = (): Buffer =>
  parquet([
    {
      name: 'question',
      data: Array.from({ length: 20 }, (_, i) => `question ${i}`),
      type: 'STRING',
    },
    { name: 'answer', data: Array.from({ length: 20 }, (_, i) => `answer ${i}`), type: 'STRING' },
  ])

describe('a file is refused in words', () => {
  it.each<[string, string, () => string | Buffer, RegExp]>([
    [
      'XML entities that unfold',
      'a.xml',
      () => '<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><d><r><q>&b;</q></r></d>',
      /^a\.xml: declares entities of its own/,
    ],
    [
      'XML entities that name other files',
      'a.xml',
      () => '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d><r><q>&a;</q></r></d>',
      /^a\.xml: declares entities of its own/,
    ],
    [
      'an entity that nobody declares',
      'a.xml',
      () => '<d>\n<r><q>a&nbsp;b</q></r></d>',
      /^a\.xml, line 2: malformed XML at column \d+: an entity that XML does not have\. Write the character itself/,
    ],
    [
      'XML that is cut off',
      'a.xml',
      () => '<d>\n<r><q>1</q></r>\n<r><q>2',
      /^a\.xml, line 3: malformed XML at column \d+: unclosed tag/,
    ],
    [
      'XML that is closed wrongly',
      'a.xml',
      () => '<d><r><q>1</r></q></d>',
      /^a\.xml, line 1: malformed XML/,
    ],
    [
      'elements within elements without end',
      'a.xml',
      () => '<a>'.repeat(100_000),
      /^a\.xml, line 1: has more than 64 elements within each other/,
    ],
    [
      'an XML text without end',
      'a.xml',
      () => `<d><r>${'x'.repeat(18e6)}`,
      /^a\.xml, line 1: a text, comment or attribute has more than 16 MiB/,
    ],
    [
      'an XML comment without end',
      'a.xml',
      () => `<d><!-- ${'x'.repeat(18e6)}`,
      /^a\.xml, line 1: a text, comment or attribute has more than 16 MiB/,
    ],
    [
      'a CSV cell without end',
      'a.csv',
      () => `question,answer\nq,a\nq,"${'x'.repeat(18e6)}"\n`,
      /^a\.csv, line 3: a row has more than 16 MiB/,
    ],
    [
      'a hundred thousand columns',
      'a.csv',
      () => `${'c,'.repeat(100_000)}\n1,2\n`,
      /^a\.csv: has \d+ columns or more\. Keep the columns/,
    ],
    [
      'a quote that is never closed',
      'a.csv',
      () => `question,answer\nq,a\nq,"b\n${'q,a\n'.repeat(100)}`,
      /^a\.csv, line 3: a quote that opens there is never closed/,
    ],
    [
      'a column named twice',
      'a.csv',
      () => 'question,answer,question\na,b,c\n',
      /^a\.csv, line 1: names the column "question" twice/,
    ],
    [
      'CSV in Latin-1',
      'a.csv',
      () => Buffer.from('question,answer\ncafé,b\n', 'latin1'),
      /^a\.csv: is not UTF-8 at byte 19 of the file \(0xe9\); it would read as .*Windows-1252: "café,b".*iconv/,
    ],
    [
      'gzip that unpacks without end',
      'a.jsonl.gz',
      () => gzipSync(Buffer.alloc(100 * 2 ** 20, ' ')),
      /^a\.jsonl\.gz: unpacks to more than 200 times its \d+ bytes/,
    ],
    [
      'gzip that hides its size',
      'a.jsonl.gz',
      () => withoutSize(gzipSync(Buffer.alloc(100 * 2 ** 20, ' '))),
      /^a\.jsonl\.gz: unpacks to more than 200 times/,
    ],
    [
      'gzip within gzip',
      'a.jsonl.gz',
      () => gzipSync(gzipSync('{"prompt": "a", "answer": "b"}')),
      /^a\.jsonl\.gz: is compressed with gzip twice/,
    ],
    [
      'gzip that is cut off',
      'a.jsonl.gz',
      () => gzipSync('{"prompt": "a", "answer": "b"}\n'.repeat(1000)).subarray(0, 60),
      /^a\.jsonl\.gz: cannot be unpacked: unexpected end of file/,
    ],
    [
      'a picture',
      'a.csv',
      () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
      /^a\.csv: is binary: byte 8 is 0/,
    ],
    [
      'a spreadsheet',
      'a.xlsx',
      () => Buffer.from('PK\x03\x04....'),
      /^a\.xlsx: is a zip archive \(a spreadsheet is one, too\)\. .*save the sheet as CSV/,
    ],
    [
      'a page of the web',
      'a.json',
      () => '<!DOCTYPE html>\n<html><body>Not found</body></html>',
      /^a\.json: is an HTML page\. Download the data itself/,
    ],
    [
      'Parquet that is cut off',
      'a.parquet',
      () => table().subarray(0, 200),
      /^a\.parquet: is cut off/,
    ],
    [
      'a Parquet footer longer than its file',
      'a.parquet',
      () =>
        Buffer.concat([
          table().subarray(0, -8),
          Buffer.from([0xf0, 0xff, 0xff, 0x7f]),
          Buffer.from('PAR1'),
        ]),
      /^a\.parquet: says that its footer has 2147483632 bytes, of a file of \d+/,
    ],
    [
      'a Parquet footer that is none',
      'a.parquet',
      () =>
        Buffer.concat([table().subarray(0, -8), Buffer.from([3, 0, 0, 0]), Buffer.from('PAR1')]),
      /^a\.parquet: (holds bytes that make no sense|cannot be read)/,
    ],
  ])('where it holds %s', async (_, name, content, message) => {
    expect(await refusal(name, content())).toMatch(message)
  })

  it('where it is a folder in the place of a file', async () => {
    mkdirSync(join(dir, 'folder'))
    await expect(readRecords(join(dir, 'folder')).next()).rejects.toThrow(
      /is a folder\. Name a file in it/,
    )
  })
})

describe('a damaged Parquet file', () => {
  it('cannot claim more than it says, in its page headers', () => {
    const problem = (text: string): Error => new Error(text)
    const limits = { values: 10, unpacked: 100, largest: 1000 }
    const plain = {
      maxRepetition: 0,
      maxDefinition: 0,
      boolean: false,
      unpack: (bytes: Uint8Array) => bytes,
    }
    const page = (values: number, unpacked: number, packed = 4): Uint8Array =>
      Uint8Array.from([...header(values, unpacked, packed), 1, 2, 3, 4])
    expect(() => checkPages(page(10, 100), limits, plain, problem)).not.toThrow()
    expect(() => checkPages(page(11, 100), limits, plain, problem)).toThrow(
      /has pages of 11 values, and says 10/,
    )
    expect(() => checkPages(page(2_000_000_000, 100), limits, plain, problem)).toThrow(
      /has pages of 2000000000 values/,
    )
    expect(() => checkPages(page(10, 101), limits, plain, problem)).toThrow(
      /has pages that unpack to 101 bytes, and says 100/,
    )
    expect(() => checkPages(page(10, 100, 5), limits, plain, problem)).toThrow(
      /has a page of 5 bytes where 4 are left/,
    )
    expect(() => checkPages(Uint8Array.from([0x15]), limits, plain, problem)).not.toThrow()
    expect(() => checkPages(Uint8Array.from([0x15, 0xff, 0xff]), limits, plain, problem)).toThrow(
      /a page header that cannot be read/,
    )
    expect(() => checkPages(Uint8Array.from([0, 0]), limits, plain, problem)).toThrow(
      /a page of no size/,
    )
  })
})

describe('a page of a Parquet file', () => {
  const run = (length: number, ...value: number[]): number[] => [...varint(length * 2), ...value]
  const packed = (groups: number, ...bytes: number[]): number[] => [
    ...varint(groups * 2 + 1),
    ...bytes,
  ]
  const lengthed = (bytes: number[]): number[] => [bytes.length, 0, 0, 0, ...bytes]
  const dictionary = 8
  const fits = (
    bytes: number[],
    encoding: number,
    levels: number[] = [],
    boolean = false,
  ): boolean => runsFit({ bytes: Uint8Array.from(bytes), encoding, count: 10 }, levels, boolean)

  it('has no run that is longer than itself', () => {
    expect(fits([3, ...run(10, 1)], dictionary)).toBe(true)
    expect(fits([3, ...run(4, 1), ...packed(1, 1, 2, 3)], dictionary)).toBe(true)
    expect(fits([3, ...run(1_000_000_000, 1)], dictionary)).toBe(false)
    expect(fits([3, ...run(4, 1), ...run(7, 1)], dictionary)).toBe(false)
    expect(fits([0, ...run(1_000_000_000)], dictionary)).toBe(false)
    expect(fits([0, ...packed(100_000_000)], dictionary)).toBe(false)
    expect(fits([33, ...run(10, 1)], dictionary)).toBe(false)
    expect(fits(lengthed(run(10, 1)), 3, [], true)).toBe(true)
    expect(fits(lengthed(run(11, 1)), 3, [], true)).toBe(false)
  })

  it('has no such run among the levels before its values', () => {
    expect(fits([...lengthed(run(10, 1)), 3, ...run(10, 1)], dictionary, [0, 1])).toBe(true)
    expect(fits([...lengthed(run(10, 1)), 3, ...run(11, 1)], dictionary, [0, 1])).toBe(false)
    expect(fits([...lengthed(run(10, 1)), ...lengthed(run(500_000_000, 1)), 7], 0, [1, 2])).toBe(
      false,
    )
    expect(fits([...lengthed(run(500_000_000, 1)), 7], 0, [1])).toBe(false)
    expect(fits([...lengthed(run(500_000_000, 1)), 7], 0, [0])).toBe(true)
  })

  it('is looked at as it is when unpacked', () => {
    const inside = Uint8Array.from([...lengthed(run(10, 1)), 3, ...run(2 ** 30, 1)])
    const column = {
      maxRepetition: 0,
      maxDefinition: 1,
      boolean: false,
      unpack: (bytes: Uint8Array) => new Uint8Array(inflateRawSync(bytes)),
    }
    const zipped = deflateRawSync(inside)
    const page = Uint8Array.from([
      ...header(10, inside.length, zipped.length, dictionary),
      ...zipped,
    ])
    expect(() =>
      checkPages(
        page,
        { values: 10, unpacked: 100, largest: 1000 },
        column,
        text => new Error(text),
      ),
    ).toThrow('has a page whose runs are longer than the page')
  })
})

/** A data page's header in Thrift's compact protocol. */
function header(values: number, unpacked: number, packed: number, encoding = 0): number[] {
  return [
    0x15,
    ...zigzag(0),
    0x15,
    ...zigzag(unpacked),
    0x15,
    ...zigzag(packed),
    0x2c,
    0x15,
    ...zigzag(values),
    0x15,
    ...zigzag(encoding),
    0,
    0,
  ]
}

function zigzag(value: number): number[] {
  return varint(value * 2)
}

function varint(value: number): number[] {
  const bytes = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

function withoutSize(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4)])
}
