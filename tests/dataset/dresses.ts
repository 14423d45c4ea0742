import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'

export interface Pair {
  readonly question: string
  readonly answer: string
}

/** The same questions and answers in every format and shape, by file name. */
export const dresses: Readonly<Record<string, (pairs: readonly Pair[]) => string | Buffer>> = {
  'lines.jsonl': pairs => pairs.map(pair => JSON.stringify(pair)).join('\n'),
  'mark-and-crlf.jsonl': pairs =>
    `\ufeff${pairs.map(({ question, answer }) => JSON.stringify({ id: 1, answer, question })).join('\r\n')}\r\n`,
  'list.json': pairs => JSON.stringify(pairs, null, 2),
  'messages.jsonl': pairs =>
    pairs.map(pair => JSON.stringify({ messages: messages(pair) })).join('\n'),
  'conversations.json': pairs =>
    JSON.stringify(
      pairs.map(({ question, answer }) => ({
        conversations: [
          { from: 'human', value: question },
          { from: 'gpt', value: answer },
        ],
      })),
    ),
  'comma.csv': pairs =>
    csv(
      ['question', 'answer'],
      pairs.map(({ question, answer }) => [question, answer]),
      ',',
      '\n',
    ),
  'semicolon.csv': pairs =>
    `\ufeff${csv(
      ['No.', 'Answer', 'Question'],
      pairs.map(({ question, answer }, i) => [String(i), answer, question]),
      ';',
      '\r\n',
    )}`,
  'tab.tsv': pairs =>
    csv(
      ['answer', 'question'],
      pairs.map(({ question, answer }) => [answer, question]),
      '\t',
      '\n',
    ),
  'messages.csv': pairs =>
    csv(
      ['messages'],
      pairs.map(pair => [JSON.stringify(messages(pair))]),
      ',',
      '\n',
    ),
  'elements.xml': pairs =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<data>\n${pairs.map(({ question, answer }) => `  <row>\n    <question>${escape(question)}</question>\n    <answer>${escape(answer)}</answer>\n  </row>`).join('\n')}\n</data>\n`,
  'nested.xml': pairs =>
    `<root><about><title>x</title></about><items>${pairs.map(({ question, answer }) => `<item n="1"><qa><a><![CDATA[${answer.replaceAll(']]>', ']]]]><![CDATA[>')}]]></a><q>${escape(question)}</q></qa></item>`).join('\n')}</items></root>`,
  'nested-in-a-name.xml': pairs =>
    `<data><items>${pairs.map(({ question, answer }) => `<item><q><question>${escape(question)}</question></q><answer>${escape(answer)}</answer></item>`).join('')}</items></data>`,
  'messages.xml': pairs =>
    `<d>${pairs.map(({ question, answer }) => `<c><messages><message role="user">${escape(question)}</message><message role="assistant">${escape(answer)}</message></messages></c>`).join('')}</d>`,
  'columns.parquet': pairs =>
    parquet([
      { name: 'answer', data: pairs.map(({ answer }) => answer), type: 'STRING' },
      { name: 'id', data: pairs.map((_, i) => (i % 2 ? i : null)), type: 'INT32', nullable: true },
      {
        name: 'question',
        data: pairs.map(({ question }) => question),
        type: 'STRING',
        nullable: true,
      },
    ]),
  'messages.parquet': pairs =>
    parquet([
      { name: 'messages', data: pairs.map(pair => JSON.stringify(messages(pair))), type: 'STRING' },
    ]),
  'lines.jsonl.gz': pairs => gzipSync(dresses['lines.jsonl']!(pairs)),
  'comma.csv.gz': pairs => gzipSync(dresses['comma.csv']!(pairs)),
  'elements.xml.gz': pairs => gzipSync(dresses['elements.xml']!(pairs)),
  'columns.parquet.gz': pairs => gzipSync(dresses['columns.parquet']!(pairs)),
}

export function parquet(
  columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'],
  codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY',
): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData, codec, rowGroupSize: 7 }))
}

function messages({ question, answer }: Pair): object[] {
  return [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ]
}

function csv(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  separator: string,
  lineEnd: string,
): string {
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
  return [header.join(separator), ...rows.map(row => row.map(quoted).join(separator))].join(lineEnd)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
