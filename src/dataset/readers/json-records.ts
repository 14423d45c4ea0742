import { UserError } from '../../errors.js'
import { arrayElements, JsonError, objectMembers, textPosition } from '../../model-folder/json.js'
import { isJsonObject } from '../../model-folder/json-file.js'
import { guessColumns } from '../columns.js'
import { parseSourceJson, withoutNotFinite } from '../../model-folder/source-json.js'
import { dataEnding, isJsonName } from './file-format.js'
import { isLoneMessage, isMessageList, tableRows, trainingTable } from './json-layouts.js'
import { LONGEST_LINE, readLines, type Line } from './lines.js'
import type { RawRecord } from './raw-record.js'

/** Is called with a list of records that is not read, and how many it holds. */
export type OnSetAside = (name: string, records: number) => void

/**
 * Reads the records of a JSONL file (one a line, streamed; blank lines are passed over) or of a
 * JSON file: a list, an object that holds the list under a name such as `data` or `train`, a table
 * in a layout of pandas, or one record alone. The content decides which, not the name. A line of
 * JSONL that is a batch gives a record for each of its rows.
 *
 * @throws UserError as readLines, and with line, column and the text there if it is not JSON
 */
export async function* jsonRecords(
  path: string,
  onSetAside: OnSetAside = () => undefined,
): AsyncGenerator<RawRecord> {
  const lines = readLines(path)
  const first = await nextLine(lines)
  if (!first)
    throw new UserError(
      path,
      'has nothing but blank lines',
      'Name a file with at least two records',
    )
  const start = first.text.trimStart()[0]
  const document = start === '{' || start === '[' ? tryParse(first.text) : undefined
  const second = await nextLine(lines)
  if (document !== undefined && second) {
    yield* rowsOn({ line: first.number, value: document.value })
    for (let line: Line | undefined = second; line; line = await nextLine(lines))
      yield* rowsOn(parseLine(path, line))
  } else if (document === undefined && start !== '[' && isLinesName(path)) {
    // Not even the first line stands: say what is wrong in it
    yield parseLine(path, first)
  } else yield* documentRecords(path, await restOfText(path, lines, [first, second]), onSetAside)
}

/**
 * The records of a line: the rows of a table, `{ "prompt": ["…", "…"], "answer": ["…", "…"] }`, the
 * objects of a list, or the conversation that a list of messages is.
 */
function* rowsOn(record: RawRecord): Generator<RawRecord> {
  const { line, value } = record
  const rows = tableRows(value)
  if (rows) for (const row of rows) yield { line, value: row }
  else if (isMessageList(value)) yield { line, value: { messages: value } }
  else if (isRecordList(value))
    for (const item of value as readonly unknown[]) yield* rowsOn({ line, value: item })
  else if (isLoneMessage(value)) yield { ...record, problem: LONE_MESSAGE }
  else yield record
}

const LONE_MESSAGE =
  'the record is one message; the messages of a conversation belong in a list of one record'

/** Names under which a JSON object holds the list of records, in order of preference. */
const LIST_NAMES = [
  'train',
  'data',
  'records',
  'examples',
  'rows',
  'items',
  'dataset',
  'instances',
  'samples',
]

async function nextLine(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  for (;;) {
    const next = await lines.next()
    if (next.done === true) return undefined
    // A file that was joined from several has a byte order mark at the start of each.
    const text = next.value.text.replace(/^\ufeff/, '')
    if (text.trim() !== '') return { ...next.value, text }
  }
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: parseSourceJson(text) }
  } catch {
    return undefined
  }
}

function isLinesName(path: string): boolean {
  return ['.jsonl', '.ndjson', '.jsonlines'].includes(dataEnding(path))
}

function parseLine(path: string, { number, text }: Line): RawRecord {
  try {
    return { line: number, value: parseSourceJson(text) }
  } catch (error) {
    if (error instanceof JsonError)
      throw malformed(
        path,
        number - 1,
        text,
        error,
        'Mend that line: each is one JSON object of its own',
      )
    throw error
  }
}

async function restOfText(
  path: string,
  lines: AsyncGenerator<Line>,
  read: readonly (Line | undefined)[],
): Promise<string> {
  const texts: string[] = []
  let size = 0
  const put = (line: Line): void => {
    texts[line.number - 1] = line.text
    size += line.text.length
    if (size > LONGEST_LINE)
      throw new UserError(
        path,
        `is one JSON value of more than ${LONGEST_LINE / 1e6} MB`,
        'Convert it to JSONL, which is read line by line',
      )
  }
  for (const line of read) if (line) put(line)
  for await (const line of lines) put(line)
  return Array.from(texts, text => text ?? '').join('\n')
}

function* documentRecords(
  path: string,
  text: string,
  onSetAside: OnSetAside,
): Generator<RawRecord> {
  const begin = text.trimStart()
  const isJson = begin.startsWith('{') || begin.startsWith('[')
  if (!isJson && !isJsonName(path))
    throw new UserError(
      path,
      `is neither JSON, XML nor a table: it begins with ${JSON.stringify(begin.slice(0, 24))}`,
      'Name a file of JSON, JSONL, CSV, XML or Parquet, or give plain text the ending .txt',
    )
  const remedy = isJson
    ? 'Mend the file there'
    : 'Name a file of JSON, JSONL, CSV, XML, Parquet or plain text'
  let value: unknown
  try {
    value = parseSourceJson(text)
  } catch (error) {
    if (error instanceof JsonError) throw malformed(path, 0, text, error, remedy)
    throw error
  }
  const split = trainingTable(value)
  for (const [name, rows] of split?.setAside ?? []) onSetAside(name, rows)
  const rows = split?.rows ?? tableRows(value)
  if (rows) {
    for (const row of rows) yield { line: 1, value: row }
    return
  }
  // Offsets are those of the file's own text.
  const plain = withoutNotFinite(text)
  const list = listOffset(plain, value, onSetAside)
  if (list === null) {
    if (!isJsonObject(value) && !Array.isArray(value))
      throw new UserError(
        path,
        `holds ${value === null ? 'null' : `a ${typeof value}`}, not records`,
        'Name a JSON list of objects, or JSONL',
      )
    yield* rowsOn({ line: 1, value })
    return
  }
  let line = 1
  let position = 0
  for (const { start, end } of arrayElements(plain, list)) {
    for (
      let at = text.indexOf('\n', position);
      at !== -1 && at < start;
      at = text.indexOf('\n', at + 1)
    )
      line++
    position = start
    yield* rowsOn({ line, value: parseSourceJson(text.slice(start, end)) })
  }
}

/** Where the list of records begins; null if the value is one record. */
function listOffset(
  text: string,
  value: unknown,
  onSetAside: OnSetAside,
  offset = text.search(/\S/),
): number | null {
  if (isMessageList(value)) return null
  if (Array.isArray(value)) return offset
  if (!isJsonObject(value) || isRecord(value)) return null
  const lists = Object.keys(value).filter(key => isRecordList(value[key]))
  const name =
    LIST_NAMES.find(name => lists.includes(name)) ?? (lists.length === 1 ? lists[0] : undefined)
  if (name === undefined) {
    const [wrapper, another] = Object.keys(value).filter(key => isJsonObject(value[key]))
    if (wrapper === undefined || another !== undefined || lists.length > 0) return null
    return listOffset(text, value[wrapper], onSetAside, memberOffset(text, offset, wrapper))
  }
  for (const other of lists)
    if (other !== name) onSetAside(other, (value[other] as readonly unknown[]).length)
  return memberOffset(text, offset, name)
}

/** Where a member's value begins; of a key that stands twice the last counts. */
function memberOffset(text: string, offset: number, name: string): number {
  return [...objectMembers(text, offset)].findLast(({ key }) => key === name)!.value.start
}

/** One record, whatever lists it has: a conversation, or a question with its answer. */
function isRecord(value: Readonly<Record<string, unknown>>): boolean {
  const { messages, prompt, answer } = guessColumns(value)
  return (
    (messages !== undefined && isOneConversation(value[messages])) ||
    (prompt !== undefined && answer !== undefined && !isRecordList(value[prompt]))
  )
}

function isOneConversation(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    isMessageList(value) ||
    (Array.isArray(value) && !isRecordList(value))
  )
}

function isRecordList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every(isJsonObject) && !isMessageList(value)
  )
}

function malformed(
  path: string,
  linesBefore: number,
  text: string,
  { offset, problem }: JsonError,
  remedy: string,
): UserError {
  const { line, column, snippet } = textPosition(text, offset)
  return new UserError(
    `${path}, line ${linesBefore + line}`,
    `malformed JSON at column ${column}: ${problem}${snippet && `, in ${snippet}`}`,
    remedy,
  )
}
