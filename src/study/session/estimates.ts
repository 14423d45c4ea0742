import { currentEstimates } from '../../ranking/index.js'
import type { StudyStore } from '../../storage/store.js'
import { estimateTopTrials } from '../decision/estimates.js'
import { decisionInput } from '../trials/context.js'

/**
 * Records what the model expects of the first trials, once no trial is running; from then on every
 * ranking of the study follows it. Nothing is done if no trial has completed since.
 */
export async function recordEstimates(store: StudyStore): Promise<void> {
  if (currentEstimates(store.document)) return
  const estimates = estimateTopTrials(decisionInput(store))
  if (!estimates && !store.document.estimates) return
  await store.update(({ estimates: _, ...document }) => ({
    ...document,
    ...(estimates ? { estimates } : {}),
  }))
}
