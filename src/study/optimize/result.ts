import type { StudyDocument, StudyState } from '../../record/document.js'
import type { TrialRecord } from '../../record/trial.js'
import { winner } from '../../ranking/index.js'
import type { StudyStore } from '../../storage/store.js'

export interface OptimizeResult<P> {
  /** The best trial; undefined when none completed. */
  readonly best: CompletedTrial<P> | undefined
  /** In order of number. */
  readonly trials: readonly OptimizedTrial<P>[]
  /** `complete`, `stopped` (by the signal), or `failed` when no trial completed. */
  readonly state: StudyState
  /** Why it ended, for people. */
  readonly reason: string
}

interface AnyTrial<P> {
  readonly number: number
  readonly params: P
  /** Values reported after each epoch. */
  readonly reports: readonly number[]
  /** Why the sampler proposed it. */
  readonly rationale: string | null
}

export interface CompletedTrial<P> extends AnyTrial<P> {
  readonly state: 'complete'
  readonly value: number
  /** The epoch that counts, from 1. */
  readonly epoch: number
}

export type OptimizedTrial<P> =
  | CompletedTrial<P>
  | (AnyTrial<P> & { readonly state: 'pruned' | 'failed'; readonly reason: string })
  | (AnyTrial<P> & { readonly state: 'waiting' | 'running' | 'paused' })

export function optimizeResult<P>(
  store: StudyStore,
  { state, reason }: Pick<StudyDocument, 'state' | 'reason'>,
): OptimizeResult<P> {
  const { document } = store
  const trials = document.trials.map(trial => optimizedTrial<P>(trial, store))
  const best = winner(document)
  const winning = best && trials[best.number]
  return {
    best: winning?.state === 'complete' ? winning : undefined,
    trials,
    state,
    reason,
  }
}

function optimizedTrial<P>(record: TrialRecord, store: StudyStore): OptimizedTrial<P> {
  const { number, rationale } = record
  const trial = {
    number,
    params: record.params as P,
    reports: store.epochs(number).map(({ valLoss }) => valLoss),
    rationale: rationale?.text ?? null,
  }
  switch (record.state) {
    case 'complete':
      return { ...trial, state: 'complete', value: record.objective, epoch: record.bestEpoch }
    case 'pruned':
      return { ...trial, state: 'pruned', reason: record.prune.reason }
    case 'failed':
      return { ...trial, state: 'failed', reason: record.failure.message }
    default:
      return { ...trial, state: record.state }
  }
}
