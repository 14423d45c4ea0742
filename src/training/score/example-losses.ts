import type { State } from '../../compile/engine.js'
import type { ExampleLoss } from '../../record/finalist.js'
import type { Batch } from '../../dataset/batches.js'
import type { DecoderConfig } from '../../decoder/config.js'
import type { Runnables } from '../../decoder/runnables.js'
import { batchInputs } from '../batch.js'
import { rowsProgram } from '../programs.js'

/**
 * What a model loses on each example, in the order of the batches' rows: the same for every model
 * that is measured on the same batches.
 *
 * @param state holds the model's weights
 */
export async function exampleLosses(
  programs: Runnables,
  config: DecoderConfig,
  state: State,
  batches: readonly Batch[],
): Promise<ExampleLoss[]> {
  const examples: ExampleLoss[] = []
  for (const batch of batches) {
    const { rows, length } = batch
    const program = await programs.get(`rows ${rows}x${length}`, () =>
      rowsProgram(config, { rows, length }),
    )
    const { loss, count } = await program.run([state], batchInputs(batch))
    for (let row = 0; row < rows; row++) {
      const tokens = count!.data[row]!
      // Rows that only fill the batch
      if (tokens > 0) examples.push({ loss: loss!.data[row]!, tokens })
    }
  }
  return examples
}
