import { UserError } from '../errors.js'
import type { DataReport } from '../record/data-report.js'
import type { Preparation } from '../record/document.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { Example } from './example.js'
import { gather, shapeNames, targetTokens, type DatasetTask, type UnsplitTask } from './gather.js'
import { dataReport, missingTest } from './report.js'
import { splitRecords, testShare, type Side } from './split.js'

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
      remarks: {
        unused: report.unused,
        notes: report.notes,
        modelNotes: report.modelNotes,
        ambiguous: report.ambiguous,
      },
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

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
