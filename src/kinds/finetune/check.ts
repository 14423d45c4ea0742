import { loadDataset } from '../../dataset/dataset.js'
import { checkFiniteWeights } from '../../model-folder/finite-weights.js'
import { openModel } from '../../model-folder/open-model.js'
import type { DataReport } from '../../record/data-report.js'
import type { FinetuneTask } from './task.js'

/** @throws UserError if model or data cannot be used */
export async function checkInputs(task: FinetuneTask, seed: number): Promise<DataReport> {
  const { tokenizer, files } = await openModel(task.model)
  const { report } = await loadDataset(task, tokenizer, seed)
  await checkFiniteWeights(files)
  return report
}
