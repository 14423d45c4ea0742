import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../errors.js'
import type { Task } from '../../record/task.js'
import type { CompleteTrial } from '../../record/trial.js'
import type { Exported, Exporter, ExportRequest } from '../kind.js'

/** Beside the exported files; names the trial they are from. */
const MARKER_FILE = 'tune-trial.json'

/** Exports what a user's training had saved at the trial's best epoch: copied and compared. */
export const savedFiles: Exporter<Task> = {
  markerFile: MARKER_FILE,
  summary: 'copying the files of the best epoch',
  available,
  write,
}

async function available(checkpoint: string, { bestEpoch }: CompleteTrial): Promise<boolean> {
  const { readSnapshot } = await import('./snapshot.js')
  return (await readSnapshot(checkpoint))?.epoch === bestEpoch
}

async function write({
  document: { spec },
  trial,
  checkpoint,
  dir,
}: ExportRequest<Task>): Promise<Exported> {
  const { number, params, bestEpoch: epoch, objective: valLoss } = trial
  const source = keptCheckpoint(checkpoint)
  if (source === null || !(await available(source, trial)))
    throw new UserError(
      `trial ${number} of ${spec.name}`,
      `had saved nothing when its best epoch, ${epoch}, ended`,
      'Save with trial.save or into TUNE_CHECKPOINT_DIR before each epoch is reported: ' +
        'docs/guides/own-training.md',
    )
  if (existsSync(dir) && !existsSync(join(dir, MARKER_FILE)))
    throw new UserError(
      dir,
      'exists already, and is not an export of a training of your own',
      'Name another folder, or remove this one',
    )
  const { copySnapshot } = await import('./snapshot.js')
  const about = { study: spec.name, trial: number, epoch, valLoss, params }
  if (!(await copySnapshot(source, dir, about)))
    throw new UserError(
      `export of trial ${number}`,
      `the files in ${source} are not those that were saved`,
      'Choose another trial: tune export NAME --trial N',
    )
  return { recheckedValLoss: null, verified: true }
}

function keptCheckpoint(checkpoint: () => string): string | null {
  try {
    return checkpoint()
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}
