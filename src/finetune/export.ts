import { rm } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { writeModel } from './format/write-model.js'
import type { ExportJob, ExportResult } from './job.js'
import { putInPlace } from './replace-folder.js'
import { readCheckpoint } from './train/checkpoint.js'
import { loadData, type Workbench } from './workbench.js'

/** How far, relatively, the loss of the files may be from the recorded one: the same arithmetic, perhaps on another machine. */
const TOLERANCE = 1e-4

/**
 * Writes a checkpoint as a model's folder beside `dir`, reads that back as anyone would, measures it on the validation
 * split, and puts it in place only when its loss is the recorded one.
 *
 * @throws UserError where the checkpoint is missing or damaged
 */
export async function exportModel({ task, seed, checkpoint: from, dir, card, valLoss }: ExportJob, bench: Workbench): Promise<ExportResult> {
  const checkpoint = await readCheckpoint(from)
  if (!checkpoint) throw new UserError(from, 'the checkpoint is missing or damaged', 'Run the trial again')
  const { folder } = await bench.model(task.model)
  const written = `${dir}.${process.pid}.new`
  try {
    await writeModel(written, { from: folder, weights: checkpoint.weights, card })
    const { valLoss: recheckedValLoss } = await loadData(await bench.model(written), task, seed)
    const verified = Math.abs(recheckedValLoss - valLoss) <= TOLERANCE * Math.abs(valLoss)
    if (verified) await putInPlace(written, dir)
    return { dir, recheckedValLoss, verified }
  } finally {
    await rm(written, { recursive: true, force: true })
  }
}
