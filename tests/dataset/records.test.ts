import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { readRecord, type ReadRecord } from '../../src/dataset/record.js'
import type { RawRecord } from '../../src/dataset/readers/raw-record.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { temporaryFolder } from '../model-folder/fixtures.js'

const dir = temporaryFolder()

async function read(name: string, content: string | Buffer): Promise<RawRecord[]> {
  const path = join(dir, name)
  writeFileSync(path, content)
  return all(path)
}

async function all(path: string): Promise<RawRecord[]> {
  const records: RawRecord[] = []
  for await (const record of readRecords(path)) records.push(record)
  return records
}

async function refusal(name: string, content: string | Buffer): Promise<string> {
  const error: unknown = await read(name, content).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).message.replace(`${dir}/`, '')
}

const objects = fc
  .array(
    fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    { minLength: 2, maxLength: 8 },
  )
  .map(list => JSON.parse(JSON.stringify(list)) as object[])

describe('a data set', () => {
  it('is the same as JSONL and as JSON, however it is laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        objects,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.constantFrom(0, 1, 4),
        fc.nat(2),
        async (records, lineEnd, mark, indent, blanks) => {
          const bom = mark ? '\ufeff' : ''
          const lines =
            bom +
            records.map(record => JSON.stringify(record) + lineEnd.repeat(1 + blanks)).join('')
          const list = bom + JSON.stringify(records, null, indent).replaceAll('\n', lineEnd)
          const wrapped =
            bom +
            JSON.stringify(
              { version: '1', data: records, validation: [] },
              null,
              indent,
            ).replaceAll('\n', lineEnd)
          for (const [name, text] of [
            ['a.jsonl', lines],
            ['a.json', lines],
            ['a.json', list],
            ['a.jsonl', list],
            ['a.json', wrapped],
          ] as const) {
            expect((await read(name, text)).map(({ value }) => value)).toEqual(records)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has a line for each record', async () => {
    expect((await read('a.jsonl', '{"a":1}\n\n \n{"a":2}\n')).map(({ line }) => line)).toEqual([
      1, 4,
    ])
    expect(
      (await read('a.json', '[\n  {"a": 1},\n  {\n    "a": 2\n  }, {"a": 3}\n]')).map(
        ({ line }) => line,
      ),
    ).toEqual([2, 3, 5])
    expect(
      (await read('a.json', '{\n "train": [{"a": 1},\n\n{"a": 2}]}')).map(({ line }) => line),
    ).toEqual([2, 4])
  })

  it('may lie in a JSON object under whatever name, train before all others', async () => {
    const values = async (value: object): Promise<unknown[]> =>
      (await read('a.json', JSON.stringify(value))).map(({ value }) => value)
    expect(await values({ test: [{ a: 1 }], train: [{ a: 2 }], data: [{ a: 3 }] })).toEqual([
      { a: 2 },
    ])
    expect(await values({ title: 'x', faqs: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }])
    expect(await values({ messages: [{ role: 'user', content: 'x' }] })).toEqual([
      { messages: [{ role: 'user', content: 'x' }] },
    ])
  })

  it('is read across the seams of its chunks', async () => {
    const records = Array.from({ length: 30 }, (_, i) => ({ i, text: '你好🙂'.repeat(20_000) }))
    expect(
      (await read('a.jsonl', records.map(record => JSON.stringify(record)).join('\n'))).map(
        ({ value }) => value,
      ),
    ).toEqual(records)
  })
})

describe('a data set is refused with its place and what to do', () => {
  const good = '{"prompt": "a", "answer": "b"}\n'

  it.each<[string, string, string | Buffer, RegExp]>([
    [
      'malformed JSON at line 812',
      'a.jsonl',
      good.repeat(811) + '{"prompt": "a" "answer": "b"}\n' + good,
      /^a\.jsonl, line 812: malformed JSON at column 16: expected "," or "}", found """, in \{"prompt": "a" "answer": "b"\}\. Mend that line/,
    ],
    [
      'a line that is cut off',
      'a.jsonl',
      good.repeat(3) + '{"prompt": "a", "ans',
      /^a\.jsonl, line 4: malformed JSON at column 17: a string is never closed/,
    ],
    [
      'malformed JSON at line 1',
      'a.jsonl',
      '{"prompt": "a",}\n' + good,
      /^a\.jsonl, line 1: malformed JSON at column 16/,
    ],
    [
      'a malformed list',
      'a.json',
      '[\n{"a": 1},\n{"a": 2}\n{"a": 3}]',
      /^a\.json, line 4: malformed JSON at column 1: expected "," or "\]", found "\{"/,
    ],
    [
      'a list that is cut off',
      'a.json',
      '[{"a": 1},\n{"a": 2}',
      /^a\.json, line 2: malformed JSON at column 9: expected "," or "\]", found the end/,
    ],
    [
      'not JSON at all',
      'a.json',
      'prompt and answer\na,b\n',
      /^a\.json, line 1: malformed JSON at column 1: expected a value, found "p", in prompt and answer\. Name a file of JSON, JSONL, CSV, XML, Parquet or plain text/,
    ],
    ['a number', 'a.json', '42', /^a\.json: holds a number, not records/],
    ['null', 'a.json', 'null\n', /^a\.json: holds null, not records/],
    ['nothing', 'a.jsonl', '', /^a\.jsonl: is empty/],
    ['nothing but blank lines', 'a.jsonl', '\n \r\n\n', /^a\.jsonl: has nothing but blank lines/],
    [
      'Latin-1',
      'a.jsonl',
      Buffer.concat([
        Buffer.from(good + '{"prompt": "caf'),
        Buffer.from([0xe9]),
        Buffer.from('", "answer": "b"}\n'),
      ]),
      /^a\.jsonl, line 2: is not UTF-8 at byte 46 of the file \(0xe9\); it would read as .*Windows-1252: .*\. Save the file as UTF-8/,
    ],
    [
      'a character cut off at the end',
      'a.jsonl',
      Buffer.from('{"a": "🙂').subarray(0, -1),
      /^a\.jsonl, line 1: is not UTF-8 at byte 7 of the file \(0xf0\)/,
    ],
    [
      'UTF-16',
      'a.jsonl',
      Buffer.from('\ufeff' + good, 'utf16le'),
      /^a\.jsonl: is UTF-16\. Save it as UTF-8/,
    ],
    [
      'gzip',
      'a.jsonl.gz',
      Buffer.from([0x1f, 0x8b, 8, 0]),
      /^a\.jsonl\.gz: cannot be unpacked: unexpected end of file\. Fetch it again/,
    ],
    ['Parquet', 'a.parquet', 'PAR1....', /^a\.parquet: is cut off\. Fetch or write the file again/],
  ])('where it holds %s', async (_, name, content, message) => {
    expect(await refusal(name, content)).toMatch(message)
  })

  it('where it is not there, with the name that was meant', async () => {
    writeFileSync(join(dir, 'conversations.jsonl'), good)
    const missing = (name: string): Promise<unknown> =>
      all(join(dir, name)).catch((error: unknown) => (error as Error).message)
    expect(await missing('conversation.jsonl')).toMatch(
      /there is no such file\. Did you mean conversations\.jsonl/,
    )
    expect(await missing('zzzzzzzzzzzzzzzzzzzzzzzz')).toMatch(
      /there is no such file\. Check the path/,
    )
    expect(await missing('nowhere/a.jsonl')).toMatch(/there is no such file\. Check the path/)
  })
})

const said = (record: ReadRecord): string | readonly string[] =>
  record.kind === 'dropped'
    ? record.reason
    : record.kind === 'text'
      ? record.text
      : record.messages.map(
          ({ role, content, inLoss: trained }) => `${role}${trained ? '*' : ''}: ${content}`,
        )

describe('a record', () => {
  it.each<[string, object, readonly string[]]>([
    [
      'prompt and answer (prompt, answer)',
      { prompt: 'a', answer: 'b' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (question, answer)',
      { question: 'a', answer: 42 },
      ['user: a', 'assistant*: 42'],
    ],
    [
      'prompt and answer (query, response)',
      { query: 'a', response: 'b', source: 'x' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (prompt, completion)',
      { prompt: 'a', completion: 'b' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (input, output)',
      { input: 'a', output: 'b' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (prompt, chosen)',
      { prompt: 'a', chosen: 'b', rejected: 'c' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (prompt, completion)',
      {
        prompt: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'a' },
        ],
        completion: [{ role: 'assistant', content: 'b' }],
      },
      ['system: s', 'user: a', 'assistant*: b'],
    ],
    [
      'prompt and answer (prompt, answer)',
      { prompt: 'a', answer: 'b', system: 's' },
      ['system: s', 'user: a', 'assistant*: b'],
    ],
    [
      'Alpaca (instruction, input, output)',
      { instruction: 'a', input: '', output: 'b' },
      ['user: a', 'assistant*: b'],
    ],
    [
      'Alpaca (instruction, input, output)',
      { instruction: 'Say {{name}}', input: ' x ', output: '{{author}}' },
      ['user: Say {{name}}\nx', 'assistant*: {{author}}'],
    ],
    [
      'Alpaca (instruction, input, response)',
      { instruction: '', input: 'x', response: 'b' },
      ['user: x', 'assistant*: b'],
    ],
    [
      'Alpaca (instruction, input, output)',
      { instruction: 'c', output: 'd', system: 's', history: [['a', 'b']] },
      ['system: s', 'user: a', 'assistant*: b', 'user: c', 'assistant*: d'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      ['system: s', 'user: a', 'assistant*: b'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
          { role: 'assistant', content: 'c' },
        ],
      },
      ['user: ab', 'assistant*: c'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b', weight: 0 },
          { role: 'user', content: 'c' },
          { role: 'assistant', content: 'd', weight: 1 },
        ],
      },
      ['user: a', 'assistant: b', 'user: c', 'assistant*: d'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'open' },
        ],
      },
      ['user: a', 'assistant*: b'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: ' ' },
          { role: 'user', content: 'c' },
          { role: 'assistant', content: 'd' },
        ],
      },
      ['user: a', 'assistant:  ', 'user: c', 'assistant*: d'],
    ],
    [
      'OpenAI messages',
      {
        messages: [
          { role: 'developer', content: 's' },
          { role: 'user', content: 'a' },
          { role: 'tool', content: 't' },
          { role: 'assistant', content: 'b' },
        ],
      },
      ['system: s', 'user: a', 'tool: t', 'assistant*: b'],
    ],
    [
      'ShareGPT conversations',
      {
        id: 1,
        system: 's',
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
      },
      ['system: s', 'user: a', 'assistant*: b'],
    ],
    [
      'ShareGPT conversations',
      {
        conversations: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      ['user: a', 'assistant*: b'],
    ],
  ])('of the shape %s is understood: %j', (format, record, turns) => {
    const result = readRecord(record)
    expect(said(result)).toEqual(turns)
    expect(result.format).toBe(format)
  })

  it.each<[unknown, RegExp]>([
    [{ prompt: 'a' }, /^no answer in the fields "prompt"$/],
    [{ prompt: 'a', answer: null }, /^no answer in the fields "prompt", "answer"$/],
    [{ prompt: 'a', answer: ' \n' }, /^the answer is empty$/],
    [{ prompt: '', answer: 'b' }, /^the question is empty$/],
    [{ prompt: 'a', answer: ['b', 1] }, /^the answer is a list, not text$/],
    [{ prompt: { a: 1 }, answer: 'b' }, /^the question is an object, not text$/],
    [{ note: 'a' }, /^no question in the fields "note"$/],
    [{ text: ' ' }, /^the text is empty$/],
    [{}, /^no question in the fields \(none\)$/],
    ['a', /^the record is a string, not an object$/],
    [null, /^the record is null, not an object$/],
    [['a'], /^the record is a list, not an object$/],
    [{ messages: [] }, /^no answer$/],
    [{ messages: [{ role: 'user', content: 'a' }] }, /^no answer$/],
    [{ messages: [{ role: 'assistant', content: 'a' }] }, /^the answer comes before any question$/],
    [{ messages: ['a'] }, /^a message is a string, not an object$/],
    [
      { messages: [{ role: 'narrator', content: 'a' }] },
      /^a message has the role "narrator", which is not one of system, /,
    ],
    [{ messages: [{ role: 'toString', content: 'a' }] }, /^a message has the role "toString"/],
    [{ messages: [{ content: 'a' }] }, /^a message has the role of nobody/],
    [{ messages: [{ role: 'user', content: null }] }, /^a message of the user is null, not text$/],
    [
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url' }] },
          { role: 'assistant', content: 'b' },
        ],
      },
      /^a message of the user is a list with a part of type "image_url", not text$/,
    ],
    [
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: null, tool_calls: [{}] },
        ],
      },
      /^a message calls a tool in a way that is not understood$/,
    ],
    [
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: '' },
        ],
      },
      /^the answer is empty$/,
    ],
    [{ instruction: 'a', output: 'b', history: ['x'] }, /^history is not a list of pairs$/],
  ])('that teaches nothing is left out with the reason: %j', (record, reason) => {
    expect(said(readRecord(record))).toMatch(reason)
  })

  it('is never anything but a conversation or a reason, whatever it holds', () => {
    const keys = fc.constantFrom(
      'prompt',
      'answer',
      'instruction',
      'input',
      'output',
      'messages',
      'conversations',
      'history',
      'system',
      'role',
      'content',
      'from',
      'value',
    )
    const values = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('user', 'assistant', 'a', '', null, 1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(values, value => {
        const record = readRecord(value)
        if (record.kind === 'dropped') expect(record.reason).not.toBe('')
        else if (record.kind === 'text') expect(record.text.trim()).not.toBe('')
        else
          expect(
            record.messages.some(
              ({ role, inLoss: trained, content, tool_calls }) =>
                role === 'assistant' && trained && (content.trim() !== '' || tool_calls),
            ),
          ).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
