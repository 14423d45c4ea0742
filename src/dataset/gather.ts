import { createHash } from 'node:crypto'
import { UserError } from '../errors.js'
import type { Place } from '../record/data-report.js'
import type { FinetuneTask } from '../record/study.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import { mayBeUseful } from './columns.js'
import { DroppedRecords, ReasonTally } from './dropped.js'
import type { Conversation } from './conversation.js'
import { encodeConversation, encodeText } from './encode.js'
import type { Example } from './example.js'
import {
  dataEnding,
  fileFormat,
  FILE_FORMAT_NAMES,
  type FileFormat,
} from './readers/file-format.js'
import { readRecord, SHAPES, type ReadRecord } from './record.js'
import { SeveralAnswers } from './several-answers.js'
import { readRecords } from './readers/records.js'
import type { Gathered } from './report.js'
import { findSources } from './sources.js'
import { duplicateKey } from './split.js'
import { exampleStore } from './stored-examples.js'

/** What a data set is read from and how: the part of a fine-tuning's task that counts here. */
export type DatasetTask = Pick<FinetuneTask, 'data' | 'columns' | 'validation' | 'test'> & {
  readonly training: Pick<FinetuneTask['training'], 'maxLength'>
}

/** Data of which nothing is held back. */
export type UnsplitTask = Omit<DatasetTask, 'validation' | 'test'>

export interface Collected {
  readonly gathered: Gathered
  readonly store: ReturnType<typeof exampleStore>
  readonly limit: number
  /** What messages call the data. */
  readonly subject: string
}

/**
 * Reads all records of a data set into packed tokens.
 *
 * @throws UserError as readRecords, and if more than half of the records can't be used
 */
export async function gather(task: UnsplitTask, tokenizer: Tokenizer): Promise<Collected> {
  const { files, setAside } = await findSources(task.data)
  const limit = Math.min(task.training.maxLength, tokenizer.contextLength)
  const store = exampleStore(tokenizer.vocabulary)
  const gathered: Gathered = {
    files: [],
    setAside: [...setAside],
    records: 0,
    messageCount: 0,
    truncated: 0,
    shapes: new Map(),
    dropped: new DroppedRecords(),
    notes: new ReasonTally(),
    unused: new Map(),
    answers: new SeveralAnswers(),
    recordPlaces: [],
    keys: [],
    ends: [],
    targetTokens: [],
  }
  const mayUse = (column: string): boolean => {
    const useful = mayBeUseful(column, task.columns)
    if (!useful) countUnused(gathered, [column])
    return useful
  }
  for (const path of files) {
    const before = gathered.records
    const aside = (name: string, records: number): void => {
      gathered.setAside.push(`${path}: ${name} (${records} records)`)
    }
    for await (const { line, value, problem } of readRecords(path, mayUse, aside)) {
      gathered.records++
      const place: Place = files.length > 1 ? { file: path, line } : { line }
      const record: ReadRecord =
        problem === undefined
          ? wellFormed(readRecord(value, task.columns))
          : { kind: 'dropped', format: null, reason: problem }
      if (record.format !== null) countShape(gathered, record)
      const encoded =
        record.kind === 'dropped' ? record.reason : encodeRecord(tokenizer, record, limit)
      if (typeof encoded === 'string') {
        gathered.dropped.add({ ...place, reason: encoded })
        continue
      }
      for (const example of encoded.examples) {
        store.add(example)
        gathered.targetTokens.push(targetTokens(example))
      }
      if (record.kind !== 'dropped') {
        countUnused(gathered, record.unused)
        for (const note of new Set([...record.notes, ...encoded.notes]))
          gathered.notes.add(note, place)
      }
      gathered.answers.add(encoded.question, encoded.key, place)
      gathered.truncated += encoded.truncated
      gathered.messageCount += record.kind === 'conversation' ? record.messages.length : 1
      gathered.recordPlaces.push(place)
      gathered.keys.push(encoded.key)
      gathered.ends.push(store.length)
    }
    gathered.files.push({
      path,
      format: formatName(path, await fileFormat(path)),
      records: gathered.records - before,
    })
  }
  const subject = files.length === 1 ? files[0]! : `${files.length} files of data`
  checkUsable(subject, gathered.keys.length, gathered.dropped)
  return { gathered, store, limit, subject }
}

/** Half of a character, which no tokenizer can encode, makes a record useless. */
export function wellFormed(record: ReadRecord): ReadRecord {
  if (record.kind === 'dropped') return record
  const texts = record.kind === 'text' ? [record.text] : record.messages.map(each => each.content)
  if (!texts.some(text => /\p{Surrogate}/u.test(text))) return record
  const { format } = record
  return { kind: 'dropped', format, reason: 'it holds half of a character (a lone surrogate)' }
}

interface Encoded {
  /** Equal for records that are the same but for case and punctuation. */
  readonly key: string
  /** The same of the conversation up to its first answer; null for a text. */
  readonly question: string | null
  readonly examples: readonly Example[]
  readonly truncated: number
  readonly notes: readonly string[]
}

/** @returns why not, where it can't be encoded */
export function encodeRecord(
  tokenizer: Tokenizer,
  record: Exclude<ReadRecord, { kind: 'dropped' }>,
  limit: number,
): Encoded | string {
  if (record.kind === 'text') {
    return {
      key: textHash(duplicateKey([{ role: 'assistant', content: record.text, inLoss: true }])),
      question: null,
      examples: encodeText(tokenizer, record.text, limit),
      truncated: 0,
      notes: [],
    }
  }
  try {
    const { examples, truncated, overlong, notes } = encodeConversation(
      tokenizer,
      record.messages,
      limit,
      record.tools,
    )
    return overlong
      ? `the answer begins after the first ${limit} tokens`
      : {
          key: textHash(duplicateKey(record.messages)),
          question: textHash(duplicateKey(beforeAnswer(record.messages))),
          examples,
          truncated,
          notes,
        }
  } catch (error) {
    // Templates reject what their model wasn't made for, such as a system turn, in words of their
    // own
    return `the model's chat template rejects it: ${(error as Error).message}`
  }
}

/**
 * 128 bits stand for a text of any length: two of a thousand million texts are alike with a chance
 * of 10⁻²¹.
 */
function textHash(text: string): string {
  return createHash('md5').update(text).digest('base64')
}

/** A conversation up to its first answer that is trained on. */
function beforeAnswer(conversation: Conversation): Conversation {
  return conversation.slice(
    0,
    conversation.findIndex(({ inLoss }) => inLoss),
  )
}

function countUnused({ unused }: Gathered, columns: readonly string[]): void {
  for (const column of columns) unused.set(column, (unused.get(column) ?? 0) + 1)
}

/** Tokens that count in the loss. */
export function targetTokens({ lossMask }: Example): number {
  return lossMask.reduce((sum, one) => sum + one, 0)
}

function countShape({ shapes }: Gathered, record: ReadRecord): void {
  const shape = shapes.get(record.format!)
  const columns = record.kind === 'dropped' ? undefined : record.columns
  if (shape)
    shapes.set(record.format!, { count: shape.count + 1, columns: shape.columns ?? columns })
  else shapes.set(record.format!, { count: 1, columns })
}

function checkUsable(path: string, usable: number, dropped: DroppedRecords): void {
  const { count, first } = dropped
  if (count <= usable && usable > 0) return
  if (count === 0) throw new UserError(path, 'has no records', SHAPES)
  const shown = first.slice(0, 3)
  const examples = shown
    .map(
      ({ file, line, reason }) => `${file === undefined ? '' : `${file} `}line ${line}: ${reason}`,
    )
    .join('; ')
  const more = count > shown.length ? `; and ${count - shown.length} more` : ''
  const share =
    usable === 0
      ? `none of the ${count} records can be used`
      : `${count} of ${usable + count} records cannot be used`
  throw new UserError(path, `${share} (${examples}${more})`, SHAPES)
}

/** JSON of one record a line is called by its own name. */
function formatName(path: string, format: FileFormat): string {
  const lines = ['.jsonl', '.ndjson', '.jsonlines'].includes(dataEnding(path))
  return format === 'json' && lines ? 'JSONL' : FILE_FORMAT_NAMES[format]
}

/** Files that mix shapes have them all in their name, the commonest first. */
export function shapeNames({ shapes }: Gathered): string {
  return [...shapes]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([format]) => format)
    .join(' + ')
}
