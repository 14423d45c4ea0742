import { createHash } from 'node:crypto'
import { UserError } from '../errors.js'
import type { DataReport, Place } from '../record/data-report.js'
import type { Preparation } from '../record/document.js'
import type { FinetuneTask } from '../record/study.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import { mayBeUseful } from './columns.js'
import { droppedRecords, type DroppedRecords } from './dropped.js'
import { encodeConversation, encodeText } from './encode.js'
import type { Example } from './example.js'
import {
  dataEnding,
  fileFormat,
  FILE_FORMAT_NAMES,
  type FileFormat,
} from './readers/file-format.js'
import { readRecord, SHAPES, type ReadRecord } from './record.js'
import { readRecords } from './readers/records.js'
import { missingTest, dataReport, type Gathered } from './report.js'
import { findSources } from './sources.js'
import { duplicateKey, splitRecords, testShare, type Side } from './split.js'
import { exampleStore } from './stored-examples.js'

export interface Dataset {
  /** The shape that was recognised: `Alpaca (instruction, input, output)`. */
  readonly format: string
  readonly train: readonly Example[]
  readonly validation: readonly Example[]
  /** Neither trained on nor looked at by the search; empty where there is no test split. */
  readonly test: readonly Example[]
  /** As a study records them. */
  readonly counts: Preparation['data']
  readonly report: DataReport
}

/** What a data set is read from and how: the part of a fine-tuning's task that counts here. */
export type DatasetTask = Pick<FinetuneTask, 'data' | 'columns' | 'validation' | 'test'> & {
  readonly training: Pick<FinetuneTask['training'], 'maxLength'>
}

/**
 * Loads, checks, splits and encodes a data set, streamed from its files into packed tokens. The
 * split depends on the seed and the data alone.
 *
 * A record that can't be used is left out and reported with its line; when more than half can't,
 * that is an error.
 *
 * @throws UserError for a file that can't be read (see readRecords), and for one without enough
 *   usable records
 */
export async function loadDataset(
  task: DatasetTask,
  tokenizer: Tokenizer,
  seed: number,
): Promise<Dataset> {
  const { gathered, store, limit, subject } = await gather(task, tokenizer)
  const { keys, ends } = gathered
  const share = testShare(task.test, keys.length, new Set(keys).size)
  const sides = splitRecords(subject, keys, { validation: task.validation, test: share }, seed)
  const examplesIn = (side: Side): number[] =>
    sides.flatMap((one, record) =>
      one === side ? range(ends[record - 1] ?? 0, ends[record]!) : [],
    )
  const [train, validation, testIndices] = [
    examplesIn('train'),
    examplesIn('validation'),
    examplesIn('test'),
  ]
  const own =
    typeof task.test === 'object'
      ? await loadTestSet({ ...task, data: task.test.data }, tokenizer, new Set(keys))
      : null
  const test = own?.examples ?? store.view(testIndices)
  const testTokens = test.reduce((sum, example) => sum + targetTokens(example), 0)
  const noTest = missingTest(task.test, test.length)
  const report = dataReport({
    gathered,
    store,
    tokenizer,
    limit,
    sides,
    train,
    validation,
    testIndices,
    test: { test: test.length, testTokens, testLeftOut: own?.leftOut ?? 0, noTest },
  })
  return {
    format: shapeNames(gathered),
    train: store.view(train),
    validation: store.view(validation),
    test,
    report,
    counts: {
      format: shapeNames(gathered),
      examples: report.examples,
      train: report.split.train,
      validation: report.split.validation,
      tokens: report.tokens,
      trainedTokens: report.trainedTokens,
      validationTokens: report.split.validationTokens,
      ...(task.test === undefined ? {} : { test: test.length, testTokens }),
      duplicates: report.duplicates,
      truncated: report.truncated,
      dropped: report.dropped,
      droppedCount: report.droppedCount,
    },
  }
}

/**
 * A test set of its own, without what the data have too: it would be remembered, not understood.
 *
 * @throws UserError as loadDataset, and where nothing is left
 */
async function loadTestSet(
  task: UnsplitTask,
  tokenizer: Tokenizer,
  trainingKeys: ReadonlySet<string>,
): Promise<{ readonly examples: Example[]; readonly leftOut: number }> {
  const { gathered, store, subject } = await gather(task, tokenizer)
  const { keys, ends } = gathered
  const fresh = keys.flatMap((key, record) =>
    trainingKeys.has(key) ? [] : range(ends[record - 1] ?? 0, ends[record]!),
  )
  if (fresh.length === 0)
    throw new UserError(
      subject,
      'has no record that the data do not have too',
      'Test with records that are neither trained on nor searched by',
    )
  return { examples: store.view(fresh), leftOut: store.length - fresh.length }
}

/** Data of which nothing is held back. */
type UnsplitTask = Omit<DatasetTask, 'validation' | 'test'>

/**
 * All examples of a data set, none held back: questions to test with.
 *
 * @throws UserError as loadDataset
 */
export async function loadExamples(
  task: UnsplitTask,
  tokenizer: Tokenizer,
): Promise<readonly Example[]> {
  const { store } = await gather(task, tokenizer)
  return store.view(range(0, store.length))
}

interface Collected {
  readonly gathered: Gathered
  readonly store: ReturnType<typeof exampleStore>
  readonly limit: number
  /** What messages call the data. */
  readonly subject: string
}

async function gather(task: UnsplitTask, tokenizer: Tokenizer): Promise<Collected> {
  const { files, setAside } = await findSources(task.data)
  const limit = Math.min(task.training.maxLength, tokenizer.contextLength)
  const store = exampleStore(tokenizer.vocabulary)
  const gathered: Gathered = {
    files: [],
    setAside,
    records: 0,
    messageCount: 0,
    truncated: 0,
    shapes: new Map(),
    dropped: droppedRecords(),
    recordPlaces: [],
    keys: [],
    ends: [],
    targetTokens: [],
  }
  const mayUse = (column: string): boolean => mayBeUseful(column, task.columns)
  for (const path of files) {
    const before = gathered.records
    for await (const { line, value, problem } of readRecords(path, mayUse)) {
      gathered.records++
      const place: Place = files.length > 1 ? { file: path, line } : { line }
      const record: ReadRecord =
        problem === undefined
          ? readRecord(value, task.columns)
          : { kind: 'dropped', format: null, reason: problem }
      if (record.format !== null) countShape(gathered, record)
      const encoded = record.kind === 'dropped' ? record.reason : encode(tokenizer, record, limit)
      if (typeof encoded === 'string') {
        gathered.dropped.add({ ...place, reason: encoded })
        continue
      }
      for (const example of encoded.examples) {
        store.add(example)
        gathered.targetTokens.push(targetTokens(example))
      }
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

interface Encoded {
  /** Equal for records that are the same but for case and punctuation. */
  readonly key: string
  readonly examples: readonly Example[]
  readonly truncated: number
}

/** @returns why not, where it can't be encoded */
function encode(
  tokenizer: Tokenizer,
  record: Exclude<ReadRecord, { kind: 'dropped' }>,
  limit: number,
): Encoded | string {
  if (record.kind === 'text') {
    return {
      key: textHash(duplicateKey([{ role: 'assistant', content: record.text, inLoss: true }])),
      examples: encodeText(tokenizer, record.text, limit),
      truncated: 0,
    }
  }
  try {
    const { examples, truncated, overlong } = encodeConversation(
      tokenizer,
      record.messages,
      limit,
      record.tools,
    )
    return overlong
      ? `the answer begins after the first ${limit} tokens`
      : { key: textHash(duplicateKey(record.messages)), examples, truncated }
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

function targetTokens({ lossMask }: Example): number {
  return lossMask.reduce((sum, one) => sum + one, 0)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
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
function shapeNames({ shapes }: Gathered): string {
  return [...shapes]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([format]) => format)
    .join(' + ')
}
