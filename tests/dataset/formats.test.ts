import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadDataset, type Dataset } from '../../src/dataset/dataset.js'
import { readRecords } from '../../src/dataset/readers/records.js'
import { dresses, parquet, type Pair } from './dresses.js'
import { temporaryFolder, tinyTokenizer } from '../model-folder/fixtures.js'

const dir = temporaryFolder()
const opened = tinyTokenizer('byte level')

async function load(name: string, content: string | Buffer): Promise<Dataset> {
  const path = join(dir, name)
  writeFileSync(path, content)
  return loadDataset({ data: path, validation: 0.3, training: { maxLength: 48 } }, await opened, 1)
}

async function values(
  name: string,
  content: string | Buffer,
): Promise<{ line: number; value: unknown }[]> {
  const path = join(dir, name)
  writeFileSync(path, content)
  const records = []
  for await (const { line, value } of readRecords(path)) records.push({ line, value })
  return records
}

const plain = ({ train, validation }: Dataset): unknown =>
  [train, validation].map(side =>
    side.map(({ ids, lossMask: trained }) => [...ids].join() + [...trained].join('')),
  )

const character = fc.constantFrom(
  'a',
  'b',
  ' ',
  '\n',
  '"',
  '""',
  ',',
  ';',
  '\t',
  "'",
  '&',
  '<b>',
  ']]>',
  '{',
  '[',
  '\\',
  '你',
  '🙂',
  'é',
  '0',
)
const words = fc
  .array(character, { minLength: 1, maxLength: 12 })
  .map(parts => `x${parts.join('')}y`)
const pairs = fc.array(fc.record({ question: words, answer: words }), {
  minLength: 4,
  maxLength: 20,
})

describe('the same questions and answers', () => {
  it('are the same examples in every format and shape', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async list => {
        const distinct = list.map(({ question, answer }, i): Pair => ({
          question: `${i} ${question}`,
          answer,
        }))
        const wanted = await load('lines.jsonl', dresses['lines.jsonl']!(distinct))
        const { format: shape, remarks, ...counts } = wanted.counts
        expect(remarks!.unused).toEqual([])
        expect(shape).toBe('prompt and answer (question, answer)')
        for (const [name, dress] of Object.entries(dresses)) {
          const dataset = await load(name, dress(distinct))
          expect({ name, examples: plain(dataset) }).toEqual({ name, examples: plain(wanted) })
          const { format, remarks: own, ...others } = dataset.counts
          expect({ name, format, ...others }).toEqual({ name, format: dataset.format, ...counts })
          // Some files have an id or a number besides
          expect({ ...own, unused: [] }).toEqual(remarks)
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  it('are named after their file format, their shape and their columns', async () => {
    const list = ['one', 'two', 'three'].map(word => ({ question: `${word}?`, answer: word }))
    const said = async (name: string): Promise<unknown> => {
      const { report } = await load(name, dresses[name]!(list))
      return [report.format, report.columns]
    }
    expect(await said('lines.jsonl')).toEqual([
      'JSONL, prompt and answer (question, answer)',
      { prompt: 'question', answer: 'answer' },
    ])
    expect(await said('semicolon.csv')).toEqual([
      'CSV, prompt and answer (Question, Answer)',
      { prompt: 'Question', answer: 'Answer' },
    ])
    expect(await said('nested.xml')).toEqual([
      'XML, prompt and answer (qa.q, qa.a)',
      { prompt: 'qa.q', answer: 'qa.a' },
    ])
    expect(await said('nested-in-a-name.xml')).toEqual([
      'XML, prompt and answer (q.question, answer)',
      { prompt: 'q.question', answer: 'answer' },
    ])
    expect(await said('messages.parquet')).toEqual([
      'Parquet, OpenAI messages',
      { messages: 'messages' },
    ])
  })
})

describe('CSV', () => {
  it('gives the line that each row begins on, over cells of several lines and blank lines', async () => {
    const text = 'question,answer\n"a\nb",1\n\nc,"2\n\n3"\r\nd,4\n'
    expect(await values('a.csv', text)).toEqual([
      { line: 2, value: { question: 'a\nb', answer: '1' } },
      { line: 5, value: { question: 'c', answer: '2\n\n3' } },
      { line: 8, value: { question: 'd', answer: '4' } },
    ])
  })

  it('leaves out a row with too few or too many cells, and reads the others', async () => {
    const { counts } = await load(
      'ragged.csv',
      'question,answer\nq1,a1\nq2\nq3,a,b,c\nq4,a4\nq5,a5\n',
    )
    expect(counts.examples).toBe(3)
    expect(counts.dropped).toEqual([
      { line: 3, reason: 'the row has 1 cells where there are 2 columns' },
      { line: 4, reason: 'the row has 4 cells where there are 2 columns' },
    ])
  })
})

describe('XML', () => {
  it('has records wherever they lie, and their lines', async () => {
    const read = async (text: string): Promise<unknown[]> =>
      (await values('a.xml', text)).map(({ value }) => value)
    expect(await values('a.xml', '<d>\n<r><q>1</q></r>\n\n<r><q>2</q></r></d>')).toEqual([
      { line: 2, value: { q: '1' } },
      { line: 4, value: { q: '2' } },
    ])
    expect(await read('<d><r q="1" a="2"/><r q="3" a="4"/></d>')).toEqual([
      { q: '1', a: '2' },
      { q: '3', a: '4' },
    ])
    expect(
      await read('<d><info><tag>x</tag></info><list><r><q>1</q></r><r><q>2</q></r></list></d>'),
    ).toEqual([{ q: '1' }, { q: '2' }])
    expect(await read('<d><r><q>1</q><a>2</a></r></d>')).toEqual([{ q: '1', a: '2' }])
    expect(await read('<r><q>1</q><a>2</a></r>')).toEqual([{ q: '1', a: '2' }])
    expect(
      await read(
        '<x:d xmlns:x="urn:x"><x:r><x:q lang="en">1 &lt; 2</x:q></x:r><x:r><x:q/></x:r></x:d>',
      ),
    ).toEqual([{ q: { lang: 'en', content: '1 < 2' } }, { q: '' }])
    expect(
      await read(
        '<d><r><messages><m role="user">a</m><m role="assistant">b</m></messages></r><r><messages><message><role>user</role><content>c</content></message></messages></r></d>',
      ),
    ).toEqual([
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      { messages: [{ role: 'user', content: 'c' }] },
    ])
  })
})

describe('Parquet', () => {
  it('has nulls, numbers, and rows for lines', async () => {
    const file = parquet([
      { name: 'question', data: ['a', null, 'c'], type: 'STRING', nullable: true },
      { name: 'answer', data: [1n, 2n, 9007199254740993n], type: 'INT64' },
    ])
    expect(await values('a.parquet', file)).toEqual([
      { line: 1, value: { question: 'a', answer: 1 } },
      { line: 2, value: { question: null, answer: 2 } },
      { line: 3, value: { question: 'c', answer: '9007199254740993' } },
    ])
  })

  it('leaves out a row whose question or answer is null', async () => {
    const { counts } = await load(
      'nulls.parquet',
      parquet([
        { name: 'question', data: ['a', null, 'c', 'd', 'e'], type: 'STRING', nullable: true },
        { name: 'answer', data: ['1', '2', null, '4', '5'], type: 'STRING', nullable: true },
      ]),
    )
    expect(counts.examples).toBe(3)
    expect(counts.dropped).toEqual([
      { line: 2, reason: 'no question in the fields "question", "answer"' },
      { line: 3, reason: 'no answer in the fields "question", "answer"' },
    ])
  })
})

describe('plain text', () => {
  it('is paragraphs where blank lines part them, and lines otherwise', async () => {
    expect(await values('a.txt', 'one\ntwo\n\n\nthree\n')).toEqual([
      { line: 1, value: { text: 'one\ntwo' } },
      { line: 5, value: { text: 'three' } },
    ])
    expect(await values('a.txt', '\none\ntwo\n')).toEqual([
      { line: 2, value: { text: 'one' } },
      { line: 3, value: { text: 'two' } },
    ])
  })

  it('is learnt whole, in as many examples as it takes', async () => {
    const tokenizer = await opened
    const long = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ')
    const { train, validation, counts, report } = await load('a.txt', `${long}\nshort one\n`)
    const ofLong = [...train, ...validation]
      .slice(train.length > 1 ? 0 : 1)
      .filter(({ ids }) => !tokenizer.decode(ids).startsWith('short'))
    const ids = ofLong.flatMap(({ ids }, i) => [...ids].slice(i === 0 ? 0 : 1))
    expect(tokenizer.decode(ids).trim()).toBe(long)
    expect(tokenizer.eos).toContain(ids.at(-1))
    expect(
      ofLong.every(
        ({ ids, lossMask: trained }) =>
          ids.length <= 48 && trained[0] === 0 && trained.slice(1).every(one => one === 1),
      ),
    ).toBe(true)
    expect(counts).toMatchObject({ truncated: 0, examples: ofLong.length + 1 })
    expect(report.turns).toBe(2)
  })
})

describe('XML with markup in its texts', () => {
  const xml = (body: string) =>
    `<faq>${[1, 2].map(i => `<item><question>q${i}</question><answer>${body}</answer></item>`).join('\n')}</faq>`

  it.each([
    ['Go to <b>pier 2</b>, then <i>left</i>.', 'Go to pier 2, then left.'],
    ['One<br/>two<br></br>three', 'One\ntwo\nthree'],
    ['<p>One.</p><p>Two.</p>', 'One.\nTwo.'],
    ['\n  <p>One\n  line.</p>\n  <p>Two.</p>\n', 'One line.\nTwo.'],
    ['<b>All</b>', 'All'],
    ['a <x>b <y>c</y></x> d', 'a b c d'],
    ['a<![CDATA[<b>]]>b', 'a<b>b'],
    ['1 &lt; 2 &amp; <b>3 &gt; 2</b>', '1 < 2 & 3 > 2'],
    ['See <ul><li>one</li><li>two</li></ul>', 'See\none\ntwo'],
  ])('%s', async (body, answer) => {
    const records = await values('markup.xml', xml(body))
    expect(records.map(({ value }) => (value as { answer: unknown }).answer)).toEqual([
      answer,
      answer,
    ])
  })

  it('of messages keeps who speaks', async () => {
    const message = (role: string) => `<message role="${role}">Hi <b>there</b></message>`
    const records = await values(
      'messages.xml',
      `<all>${`<c><messages>${message('user')}${message('assistant')}</messages></c>`.repeat(2)}</all>`,
    )
    expect(records[0]!.value).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi there' },
        { role: 'assistant', content: 'Hi there' },
      ],
    })
  })

  it('leaves fields that are called as HTML is', async () => {
    const record = '<pair><q>where?</q><a>there</a></pair>'
    const records = await values('short.xml', `<all>${record.repeat(2)}</all>`)
    expect(records[0]!.value).toEqual({ q: 'where?', a: 'there' })
  })
})
