import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { RawRecord } from '../../src/dataset/readers/raw-record.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { findSources } from '../../src/dataset/sources.js'
import { temporaryFolder } from '../model-folder/fixtures.js'

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/data-encodings.json'), 'utf8'),
) as {
  readonly cases: readonly {
    readonly file: string
    readonly iconv: string
    readonly sample: string
    readonly bytes: string
  }[]
}
const dir = temporaryFolder()

async function records(
  name: string,
  content: string | Uint8Array,
  onSetAside?: (name: string, rows: number) => void,
): Promise<RawRecord[]> {
  const path = join(dir, name)
  writeFileSync(path, content)
  const read = []
  for await (const record of readRecords(path, undefined, onSetAside)) read.push(record)
  return read
}

async function refusal(name: string, content: string | Uint8Array): Promise<string> {
  return records(name, content).then(
    () => 'not refused',
    (error: Error) => error.message,
  )
}

describe('text in another encoding', () => {
  it.each(golden.cases)('$file: the text as it is in it is shown', async one => {
    const message = await refusal(one.file, Buffer.from(one.bytes, 'base64'))
    expect(message).toContain('is not UTF-8')
    expect(message).toContain(one.sample)
    expect(message).toContain('"CSV UTF-8"')
  })

  it.each(golden.cases.filter(({ file }) => /^(gb|big|shift|euc).*\.(csv|jsonl)$/.test(file)))(
    '$file: the command that converts it names $iconv',
    async one => {
      const message = await refusal(one.file, Buffer.from(one.bytes, 'base64'))
      expect(message).toContain(`iconv -f ${one.iconv} -t UTF-8 ${one.file} > utf8-${one.file}`)
    },
  )

  const text = 'question,answer\n几号？,三号\n哪里？,码头\n'
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  const wide = Buffer.from(Uint32Array.from([...text].map(each => each.codePointAt(0)!)).buffer)
  it.each([
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16LE without a byte order mark', little],
    ['UTF-16BE without a byte order mark', big],
    ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), wide])],
    ['UTF-32LE without a byte order mark', wide],
    ['UTF-32BE without a byte order mark', Buffer.from(wide).swap32()],
    ['ISO-2022', Buffer.from('question,answer\n\u001b$BBh\u001b(B0,a\n')],
  ])('%s is named', async (name, bytes) => {
    expect(await refusal('wide.csv', bytes)).toMatch(`is ${name}`)
  })
})

describe('what stands in place of a file', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n'
  it.each(['jsonl', 'json', 'csv', 'tsv', 'xml', 'parquet', 'txt'])(
    'a Git LFS pointer as .%s is named',
    async ending => {
      for (const text of [pointer, `\ufeff${pointer}`, pointer.replaceAll('\n', '\r\n')])
        expect(await refusal(`pointer.${ending}`, text)).toContain('git lfs pull')
      expect(await refusal(`pointer.${ending}.gz`, gzipSync(pointer))).toContain('git lfs pull')
    },
  )

  it.each([
    ['ORC\n\u0003', 'is an ORC file', 'pandas.read_orc'],
    ['Obj\u0001\u0004', 'is an Avro file', 'Save the table as'],
    ['\u0080\u0004\u0095', 'is a Python pickle', 'pandas.read_pickle'],
    ['\u0089HDF\r\n', 'is an HDF5 file', 'pandas.read_hdf'],
    ['\u0093NUMPY\u0001', 'is a NumPy array', 'Save the table as'],
    ['ARROW1\0\0', 'is an Arrow file', 'pandas.read_feather'],
    ['\u00ff\u00ff\u00ff\u00ff', 'is an Arrow stream', 'Dataset.from_file'],
    [`${'a.jsonl'.padEnd(257, '\0')}ustar`, 'is a tar archive', 'Unpack it first'],
  ])('%j…: %s', async (start, problem, remedy) => {
    const message = await refusal('table.dat', Buffer.from(`${start}${'\0'.repeat(40)}`, 'latin1'))
    expect(message).toContain(problem)
    expect(message).toContain(remedy)
  })
})

it('a folder of save_to_disk is refused with the line of Python that converts it', async () => {
  for (const [name, index, expression] of [
    ['one', 'state.json', "saved-one').to_parquet("],
    ['splits', 'dataset_dict.json', "saved-splits')['train'].to_parquet("],
  ] as const) {
    const folder = join(dir, `saved-${name}`)
    mkdirSync(join(folder, 'train'), { recursive: true })
    writeFileSync(join(folder, index), '{}')
    writeFileSync(join(folder, 'train/data-00000-of-00001.arrow'), 'x')
    await expect(findSources(folder)).rejects.toThrow(expression)
  }
})

it('plain text under another ending is told which ending reads it', async () => {
  expect(await refusal('notes.rst', '.. _harbor:\n\nThe harbor\n==========\n')).toMatch(
    /neither JSON, XML nor a table: it begins with ".. _harbor:.* the ending \.txt/,
  )
})

describe('records of a JSON file', () => {
  const turns = (i: number) => [
    { role: 'user', content: `q${i}` },
    { role: 'assistant', content: `a${i}` },
  ]
  const rows = [0, 1, 2].map(i => ({ question: `q${i}`, answer: `a${i}` }))
  const lists = { question: ['q0', 'q1', 'q2'], answer: ['a0', 'a1', 'a2'] }

  it.each([
    ['a conversation a line', 'c.jsonl', [turns(0), turns(1)].map(each => JSON.stringify(each))],
    ['a list of conversations', 'c.json', [JSON.stringify([turns(0), turns(1)])]],
  ])('%s', async (_, name, lines) => {
    const read = await records(name, lines.join('\n'))
    expect(read.map(({ value }) => value)).toEqual([{ messages: turns(0) }, { messages: turns(1) }])
  })

  it('one conversation alone, which is not one record a turn', async () => {
    const read = await records('one.json', JSON.stringify(turns(0)))
    expect(read).toEqual([{ line: 1, value: { messages: turns(0) } }])
  })

  it('a turn a line is left out, since nothing says where a conversation ends', async () => {
    const read = await records(
      'turns.jsonl',
      turns(0)
        .map(each => JSON.stringify(each))
        .join('\n'),
    )
    expect(read.map(({ problem }) => problem)).toEqual(
      Array(2).fill(expect.stringContaining('the record is one message')),
    )
  })

  it('a list of records a line', async () => {
    const read = await records('l.jsonl', `${JSON.stringify(rows)}\n${JSON.stringify(rows)}\n`)
    expect(read.map(({ value }) => value)).toEqual([...rows, ...rows])
  })

  it.each([
    ['tables', { test: lists, train: lists }],
    ['lists inside one key', { data: { test: rows, train: rows } }],
    ['lists', { test: rows, train: rows }],
  ])('splits as keys of %s: the others are set aside', async (_, value) => {
    const aside: string[] = []
    const read = await records('k.json', JSON.stringify(value, null, 1), (name, count) =>
      aside.push(`${name} ${count}`),
    )
    expect(read.map(record => record.value)).toEqual(rows)
    expect(aside).toEqual(['test 3'])
  })
})
