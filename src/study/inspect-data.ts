import type { Columns } from '../dataset/columns.js'
import { loadDataset } from '../dataset/dataset.js'
import { openModel } from '../model-folder/open-model.js'
import type { FetchProgress } from '../hub/index.js'
import type { DataReport } from '../record/data-report.js'
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
 * Reads a data set as a study would, and says what it holds. Relative paths start from the working
 * directory.
 *
 * @throws UserError where a study would refuse it
 */
export async function inspectData({
  data,
  model,
  columns,
  maxLength = DEFAULTS.maxLength,
  validation = FINETUNE_DEFAULTS.validation,
  test = 'auto',
  seed = DEFAULTS.seed,
  onFetch,
}: DataRequest): Promise<DataReport> {
  await fetchMissing([model, ...data], { onProgress: onFetch })
  const { tokenizer } = await openModel(model)
  const task = {
    data: dataFrom(process.cwd(), data),
    ...(columns ? { columns } : {}),
    validation: validation,
    test: testFrom(test, validation, process.cwd(), String),
    training: { maxLength },
  }
  return (await loadDataset(task, tokenizer, seed)).report
}
