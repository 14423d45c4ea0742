import type { Columns } from '../dataset/columns.js'
import { loadDataset } from '../dataset/dataset.js'
import type { UnsplitTask } from '../dataset/gather.js'
import { traceRecord } from '../dataset/trace.js'
import { openModel } from '../model-folder/open-model.js'
import type { FetchProgress } from '../hub/index.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { DataReport, RecordTrace } from '../record/data-report.js'
import { optional } from '../util/optional.js'
import { dataFrom } from '../kinds/paths.js'
import { FINETUNE_DEFAULTS } from '../kinds/finetune/settings.js'
import { DEFAULTS } from '../settings/index.js'
import { testFrom, type WrittenTest } from '../kinds/finetune/test-split.js'
import { fetchMissing } from './session/fetch-inputs.js'

export interface DataRequest {
  /** Files, folders and patterns. */
  readonly data: readonly string[]
  /** Folder of the model whose tokenizer and chat template count. */
  readonly model: string
  /** Guessed by name when left out. */
  readonly columns?: Columns | undefined
  readonly maxLength?: number | undefined
  readonly validation?: number | undefined
  /** `auto` when left out. */
  readonly test?: WrittenTest | undefined
  readonly seed?: number | undefined
  /** Told how far a model or data set is that comes from a hub. */
  readonly onFetch?: ((progress: FetchProgress) => void) | undefined
}

/**
 * Reads a data set as a study would, and reports what it holds. Relative paths start from the
 * working directory.
 *
 * @throws UserError where a study would refuse it
 */
export async function inspectData({
  validation = FINETUNE_DEFAULTS.validation,
  test = 'auto',
  seed = DEFAULTS.seed,
  ...request
}: DataRequest): Promise<DataReport> {
  const { tokenizer, task } = await open(request)
  const splits = { validation, test: testFrom(test, validation, process.cwd(), String) }
  return (await loadDataset({ ...task, ...splits }, tokenizer, seed)).report
}

/**
 * Follows one record of a data set from its file to its tokens.
 *
 * @param number counted from 1 over all files
 * @throws UserError as inspectData, and if there are fewer records
 */
export async function inspectRecord(request: DataRequest, number: number): Promise<RecordTrace> {
  const { tokenizer, task } = await open(request)
  return traceRecord(task, tokenizer, number)
}

async function open({
  data,
  model,
  columns,
  maxLength = DEFAULTS.maxLength,
  onFetch,
}: DataRequest): Promise<{ readonly tokenizer: Tokenizer; readonly task: UnsplitTask }> {
  await fetchMissing([model, ...data], { onProgress: onFetch })
  const { tokenizer } = await openModel(model)
  return {
    tokenizer,
    task: {
      data: dataFrom(process.cwd(), data),
      ...optional({ columns }),
      training: { maxLength },
    },
  }
}
