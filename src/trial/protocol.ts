import type { JobPort } from '../record/job-port.js'
import type { Job } from '../record/job.js'
import type { EpochMetrics } from '../record/metric.js'
import type { Verdict } from '../record/verdict.js'
import type { SerializedError } from './serialized-error.js'

/**
 * What manager and device host say to each other: data only, so that the same words can cross a
 * network. A job is known by a number that its manager gives it; the host forgets it with `done` or
 * `failed`.
 */
export type ToHost =
  /** First word, once. The host answers `ready`. */
  | {
      readonly type: 'open'
      readonly slots: number
      readonly threads: number
      readonly jobModule: string
    }
  | { readonly type: 'run'; readonly job: number; readonly work: Job }
  /** End the job at its next safe point; for a job that is over it means nothing. */
  | { readonly type: 'stop'; readonly job: number }
  /** Whether a job that sent `may-continue` may continue. */
  | { readonly type: 'decision'; readonly job: number; readonly continues: boolean }

export type FromHost = { readonly type: 'ready'; readonly pid: number } | FromJob

/** About one job, in the order in which it happened; the last word is `done` or `failed`. */
export type FromJob =
  | { readonly type: 'progress'; readonly job: number; readonly at: Progress }
  | {
      readonly type: 'epoch'
      readonly job: number
      readonly metrics: EpochMetrics
      readonly verdict: Verdict
    }
  /** It reads the stop flag from now on: what it does then is worth waiting for. */
  | { readonly type: 'stoppable'; readonly job: number }
  /** Its training waits for a `decision`. */
  | {
      readonly type: 'may-continue'
      readonly job: number
      readonly history: readonly EpochMetrics[]
    }
  | { readonly type: 'note'; readonly job: number; readonly message: string }
  | { readonly type: 'done'; readonly job: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly job: number; readonly error: SerializedError }

export type Progress = Parameters<JobPort['progress']>[0]
