import { UserError } from '../errors.js'
import { writeModel } from './format/write-model.js'
import type { ExportJob, ExportResult } from './job.js'
import { readCheckpoint } from './train/checkpoint.js'
import { loadData, type Workbench } from './workbench.js'

/** How far, relatively, the loss of the files may be from the recorded one: the same arithmetic, perhaps on another machine. */
const TOLERANCE = 1e-4

/**
 * Writes a checkpoint as a model's folder beside `dir`, reads that back as anyone would, tokenizer and all, measures it
 * on the validation split, and lets it take its place only when its loss is the recorded one.
 *
 * @throws UserError where the checkpoint is missing or damaged, and as writeModel
 */
export async function exportModel({ task, seed, checkpoint: from, dir, card, valLoss }: ExportJob, bench: Workbench): Promise<ExportResult> {
  const checkpoint = await readCheckpoint(from)
  if (!checkpoint) throw new UserError(from, 'the checkpoint is missing or damaged', 'Run the trial again')
  const { folder } = await bench.model(task.model)
  let recheckedValLoss = NaN
  const verify = async (written: string): Promise<boolean> => {
    const measured = await bench.once(written, model => loadData(model, task, seed))
    recheckedValLoss = measured.valLoss
    return Math.abs(recheckedValLoss - valLoss) <= TOLERANCE * Math.abs(valLoss)
  }
  const verified = await writeModel(dir, { from: folder, weights: checkpoint.weights, card, verify })
  return { dir, recheckedValLoss, verified }
}
