import { UserError } from '../errors.js'
import type { MeasureJob, MeasureResult } from '../record/job.js'
import type { FinetuneTask } from '../record/study.js'
import { exampleLosses } from './score/example-losses.js'
import { readCheckpoint } from './checkpoint.js'
import { tunedWeights } from './learned.js'
import type { Workbench } from './workbench.js'

/**
 * Measures a checkpoint, all weights or an adapter merged into the model, on each example of the
 * validation and the test split.
 *
 * @throws UserError where the checkpoint is missing or damaged
 */
export async function measureCheckpoint(
  { task, seed, checkpoint: from }: MeasureJob<FinetuneTask>,
  bench: Workbench,
): Promise<MeasureResult> {
  const checkpoint = await readCheckpoint(from)
  if (!checkpoint)
    throw new UserError(from, 'the checkpoint is missing or damaged', 'Run the trial again')
  const { folder, weights: baseWeights, runnables } = await bench.model(task.model)
  const { validation, test } = await bench.data(task, seed)
  const state = await bench.engine.createState(
    tunedWeights(folder.config, baseWeights, checkpoint.weights, checkpoint.adapter),
  )
  try {
    const losses = (batches: typeof test) => exampleLosses(runnables, folder.config, state, batches)
    return { validation: await losses(validation), test: await losses(test) }
  } finally {
    state.dispose()
  }
}
