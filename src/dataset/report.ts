import type {
  DataFile,
  DataReport,
  DataSample,
  LengthSummary,
  NoTest,
  Place,
} from '../record/data-report.js'
import type { TestSpec } from '../record/study.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { Columns } from './columns.js'
import type { DroppedRecords, ReasonTally } from './dropped.js'
import type { SeveralAnswers } from './several-answers.js'
import { modelNotes } from './model-notes.js'
import type { Example } from './example.js'
import type { Side } from './split.js'
import type { ExampleStore } from './stored-examples.js'

/** What was noted while a data set was read; lists go by record, or by example where it says so. */
export interface Gathered {
  readonly files: DataFile[]
  readonly setAside: string[]
  /** Records read, dropped ones included. */
  records: number
  messageCount: number
  truncated: number
  readonly shapes: Map<string, { readonly count: number; readonly columns: Columns | undefined }>
  readonly dropped: DroppedRecords
  /** What was done to records that are used. */
  readonly notes: ReasonTally
  /** How many records have a value in a column that nothing reads. */
  readonly unused: Map<string, number>
  readonly answers: SeveralAnswers
  readonly recordPlaces: Place[]
  readonly keys: string[]
  /** Examples up to and with the record's. */
  readonly ends: number[]
  /** Trained tokens, by example. */
  readonly targetTokens: number[]
}

const SAMPLES = 3
/** Answers of more than this many times the median's tokens are worth a look. */
const LONG = 10
const EMPTY = /^(the answer is empty|no answer|the text is empty)/
/** Columns that a report names. */
const MOST_COLUMNS = 100

/** Why a study has no test split; null where it has one. */
export function missingTest(requested: TestSpec | undefined, test: number): NoTest | null {
  return test > 0 ? null : requested === 'auto' ? 'few' : 'not-asked'
}

/**
 * @param sides of the records; `train`, `validation` and `testIndices` are indices of examples
 */
export function dataReport({
  gathered,
  store,
  tokenizer,
  limit,
  sides,
  train,
  validation,
  testIndices,
  test,
}: {
  readonly gathered: Gathered
  readonly store: ExampleStore
  readonly tokenizer: Tokenizer
  readonly limit: number
  readonly sides: readonly Side[]
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly testIndices: readonly number[]
  /** Wherever it is from. */
  readonly test: Pick<DataReport['split'], 'test' | 'testTokens' | 'testLeftOut' | 'noTest'>
}): DataReport {
  const { files, shapes, dropped, keys, targetTokens } = gathered
  const commonest = [...shapes].sort(([, a], [, b]) => b.count - a.count)
  const tokens = (indices: readonly number[]): number =>
    indices.reduce((sum, index) => sum + store.tokenCount(index), 0)
  const trainedTokens = (indices: readonly number[]): number =>
    indices.reduce((sum, index) => sum + targetTokens[index]!, 0)
  const reasons = dropped.reasons()
  const fileFormats = [...new Set(files.map(({ format }) => format))]
  return {
    format: `${fileFormats.join(' + ')}, ${commonest.map(([format]) => format).join(' + ')}`,
    files,
    setAside: gathered.setAside,
    columns: commonest.find(([, { columns }]) => columns !== undefined)?.[1].columns ?? {},
    unused: unusedColumns(gathered),
    notes: gathered.notes.reasons(),
    modelNotes: modelNotes(tokenizer),
    ambiguous: { count: gathered.answers.count, first: gathered.answers.first },
    records: gathered.records,
    examples: store.length,
    turns: gathered.messageCount,
    tokens: tokens(train) + tokens(validation) + tokens(testIndices),
    trainedTokens: trainedTokens(train) + trainedTokens(validation) + trainedTokens(testIndices),
    maxLength: limit,
    truncated: gathered.truncated,
    lengths: summarizeLengths(store),
    duplicates: keys.length - new Set(keys).size,
    split: {
      train: train.length,
      validation: validation.length,
      trainTokens: trainedTokens(train),
      validationTokens: trainedTokens(validation),
      ...test,
      shared: sharedKeys(keys, sides),
    },
    emptyAnswers: reasons
      .filter(({ reason }) => EMPTY.test(reason))
      .reduce((sum, { count }) => sum + count, 0),
    longAnswers: longAnswers(gathered),
    dropped: dropped.first,
    droppedCount: dropped.count,
    droppedReasons: reasons,
    samples: sampleRecords(gathered, store, tokenizer),
  }
}

function unusedColumns({ unused }: Gathered): string[] {
  return [...unused]
    .sort(([, a], [, b]) => b - a)
    .map(([column]) => column)
    .slice(0, MOST_COLUMNS)
}

function sharedKeys(keys: readonly string[], sides: readonly Side[]): number {
  const sideByKey = new Map(keys.map((key, i) => [key, sides[i]]))
  return new Set(keys.filter((key, i) => sideByKey.get(key) !== sides[i])).size
}

/** A histogram by powers of two, and the middle of it. */
function summarizeLengths(store: ExampleStore): LengthSummary {
  const lengths = Float64Array.from({ length: store.length }, (_, i) => store.tokenCount(i)).sort()
  const [shortest, longest] = [lengths[0] ?? 0, lengths.at(-1) ?? 0]
  const histogram: { from: number; to: number; count: number }[] = []
  let at = 0
  for (let to = 2 ** Math.ceil(Math.log2(Math.max(1, shortest))); at < lengths.length; to *= 2) {
    const before = at
    while (at < lengths.length && lengths[at]! <= to) at++
    histogram.push({
      from: histogram.length === 0 ? shortest : to / 2 + 1,
      to: Math.min(to, longest),
      count: at - before,
    })
  }
  return { shortest, median: lengths[Math.floor(lengths.length / 2)] ?? 0, longest, histogram }
}

function longAnswers({ targetTokens, recordPlaces, ends }: Gathered): DataReport['longAnswers'] {
  const byRecord = recordPlaces.map((_, record) =>
    targetTokens.slice(ends[record - 1] ?? 0, ends[record]).reduce((sum, count) => sum + count, 0),
  )
  const median = Float64Array.from(byRecord).sort()[Math.floor(byRecord.length / 2)] ?? 0
  const over = median * LONG
  const long = recordPlaces.filter((_, record) => byRecord[record]! > over)
  return { count: long.length, over, first: long.slice(0, SAMPLES) }
}

/** The first example of records spread over the data. */
function sampleRecords(
  { recordPlaces, ends }: Gathered,
  store: ExampleStore,
  tokenizer: Tokenizer,
): DataSample[] {
  const records = new Set(
    Array.from({ length: SAMPLES }, (_, i) =>
      Math.floor((i * (recordPlaces.length - 1)) / (SAMPLES - 1)),
    ),
  )
  return [...records].map(record => {
    const [example] = store.view([ends[record - 1] ?? 0])
    return {
      ...recordPlaces[record]!,
      tokens: example!.ids.length,
      segments: lossSegments(example!, tokenizer),
    }
  })
}

/** An example's text in runs that are trained on or not; together what the model reads. */
export function lossSegments(example: Example, tokenizer: Tokenizer): DataSample['segments'] {
  const { ids, lossMask } = example
  const segments: DataSample['segments'][number][] = []
  let before = ''
  for (let from = 0, to = 0; from < ids.length; from = to) {
    while (to < ids.length && lossMask[to] === lossMask[from]) to++
    // Decoding a part by itself would lose the space that it begins with
    const text = tokenizer.decode(ids.subarray(0, to), { skipSpecial: false })
    segments.push({
      text: text.startsWith(before)
        ? text.slice(before.length)
        : tokenizer.decode(ids.subarray(from, to), { skipSpecial: false }),
      trained: lossMask[from] === 1,
    })
    before = text
  }
  return segments
}
