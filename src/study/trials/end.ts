import type { StudyDocument, StudyState } from '../../record/document.js'
import type { TrialRecord } from '../../record/trial.js'
import type { TrialContext } from './context.js'
import { endPaused } from './settle.js'

export interface SearchEnd {
  readonly state: StudyState
  /** Why it ended, for people. */
  readonly reason: string
}

/** The reason of a study that its user stopped. */
export const STOPPED_ON_REQUEST = 'stopped on request'

/** Ends a search that has nothing left to begin, for the reason given. */
export async function endSearch(context: TrialContext, reason: string): Promise<SearchEnd> {
  const { store, signal } = context
  if (signal.aborted) return { state: 'stopped', reason: STOPPED_ON_REQUEST }
  const elsewhere = handedOut(store.document)
  if (elsewhere.length > 0) return { state: 'stopped', reason: awaited(elsewhere) }
  await endPaused(context, reason)
  const { document } = store
  if (!document.trials.some(({ state }) => state === 'complete'))
    return { state: 'failed', reason: allFailed(document) }
  return { state: 'complete', reason }
}

/** Trials that callers train who asked for them. */
export function handedOut({ trials }: StudyDocument): readonly TrialRecord[] {
  return trials.filter(trial => trial.state === 'running' && trial.owner !== undefined)
}

function awaited(trials: readonly TrialRecord[]): string {
  const numbers = trials.map(({ number }) => number).join(', ')
  return `waits for the results of trials that were asked for: ${numbers}`
}

function allFailed({ trials }: StudyDocument): string {
  const last = trials.findLast(trial => trial.state === 'failed')
  return `no trial completed${last ? `; the last one: ${last.failure.message}` : ''}`
}
