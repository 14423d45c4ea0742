import type { Exporter } from '../kind.js'
import type { FinetuneTask } from './task.js'

/** Exports a trial's best epoch as a Hugging Face folder, reloads it, and measures it again. */
export const exporter: Exporter<FinetuneTask> = {
  markerFile: 'config.json',
  summary: 'writing the best model and measuring the written files',
  async write({ document, task, checkpoint, dir, valLoss, card, run }) {
    const { seed } = document.spec
    const { recheckedValLoss, verified } = await run({
      kind: 'export',
      task,
      seed,
      checkpoint: checkpoint(),
      dir,
      card: card(),
      valLoss,
    })
    return { recheckedValLoss, verified }
  },
}
