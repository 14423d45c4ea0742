import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import type { FinishedTrial, PausedTrial, TrialRecord } from '../record/trial.js'
import type { Verdict } from '../record/verdict.js'

/**
 * What happens while a study runs, for whoever shows it: terminal, page, or a caller of the
 * library.
 */
export type StudyEvent =
  | {
      readonly type: 'phase'
      readonly phase:
        'prepare' | 'ask-before' | 'search' | 'retrain' | 'test' | 'export' | 'ask-after' | 'done'
      readonly document: StudyDocument
      /** Of the search: trials that run at the same time, at most as many as requested. */
      readonly slots?: number
    }
  | {
      readonly type: 'resumed'
      readonly finished: number
      readonly paused: number
      readonly continued: number
      readonly document: StudyDocument
    }
  | { readonly type: 'trial-started'; readonly trial: TrialRecord; readonly slot: number }
  | {
      readonly type: 'progress'
      readonly trial: number
      readonly slot: number
      readonly epoch: number
      readonly epochs: number
      readonly step: number
      readonly steps: number
      readonly loss: number
    }
  | {
      readonly type: 'epoch'
      readonly trial: number
      readonly metrics: EpochMetrics
      readonly verdict: Verdict
    }
  | {
      readonly type: 'trial-finished'
      readonly trial: FinishedTrial
      readonly isBestSoFar: boolean
    }
  /** At the end of a stage; whether it ever goes on is not decided yet. */
  | { readonly type: 'trial-paused'; readonly trial: PausedTrial; readonly isBestSoFar: boolean }
  | {
      readonly type: 'host-died'
      readonly device: string
      readonly message: string
      readonly trials: readonly number[]
    }
  | { readonly type: 'note'; readonly message: string }

export type Listener = (event: StudyEvent) => void
