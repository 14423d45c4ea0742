import { join } from 'node:path'
import { UserError } from '../errors.js'
import { writePeftAdapter } from '../model-folder/peft-adapter.js'
import { storedType } from '../model-folder/open-model.js'
import type { FloatType } from '../model-folder/safetensors.js'
import { writeModel } from '../model-folder/write-model.js'
import type { ExportJob, ExportResult } from '../record/job.js'
import type { FinetuneTask } from '../record/study.js'
import { readCheckpoint } from './checkpoint.js'
import { tunedWeights } from './learned.js'
import { loadData, type Workbench } from './workbench.js'

/**
 * How far, relatively, the loss of the files may be from the recorded one: the same arithmetic,
 * perhaps on another machine, and where the model keeps its weights in halves, as the export does
 * too, those rounded: by 2⁻¹² and 2⁻⁹ of their size at most.
 */
const TOLERANCE: Readonly<Record<FloatType, number>> = { F32: 1e-4, F16: 2e-3, BF16: 1e-2 }

/**
 * Writes a checkpoint as a model's folder beside `dir`, reads that back as anyone would, tokenizer
 * and all, measures it on the validation split, and lets it take its place only when its loss is
 * the recorded one. An adapter is merged into the model, and written by itself, as PEFT reads it,
 * into the folder `adapter`.
 *
 * @throws UserError where the checkpoint is missing or damaged, and as writeModel
 */
export async function exportModel(
  { task, seed, checkpoint: from, dir, card, valLoss }: ExportJob<FinetuneTask>,
  bench: Workbench,
): Promise<ExportResult> {
  const checkpoint = await readCheckpoint(from)
  if (!checkpoint)
    throw new UserError(from, 'the checkpoint is missing or damaged', 'Run the trial again')
  const { folder, weights: baseWeights } = await bench.model(task.model)
  const { weights, adapter } = checkpoint
  let recheckedValLoss = NaN
  const verify = async (written: string): Promise<boolean> => {
    const measured = await bench.once(written, model => loadData(model, task, seed))
    recheckedValLoss = measured.valLoss
    return Math.abs(recheckedValLoss - valLoss) <= TOLERANCE[storedType(folder)] * Math.abs(valLoss)
  }
  const verified = await writeModel(dir, {
    from: folder,
    weights: tunedWeights(folder.config, baseWeights, weights, adapter),
    card,
    verify,
    ...(adapter
      ? {
          also: written =>
            writePeftAdapter(join(written, 'adapter'), {
              config: folder.config,
              lora: adapter,
              weights,
              base: folder.dir,
            }),
        }
      : {}),
  })
  return { dir, recheckedValLoss, verified }
}
