import type { EpochMetrics } from './metric.js'
import type { Judgement, Verdict } from './verdict.js'

/** What a job reports while it runs, and what it asks its manager. */
export interface JobPort {
  /**
   * The verdict on the curve so far; called after each epoch. The job ends, complete, when `stop`
   * is true.
   *
   * @param baseline validation loss before the first step, and the number of tokens that a
   *   validation loss is a mean over; omitted by a job that has no such numbers
   */
  judge(
    history: readonly EpochMetrics[],
    baseline?: { readonly startValLoss?: number; readonly validationTokens?: number },
  ): Judgement
  /** Reports an epoch, once its checkpoint is on disk. */
  epoch(metrics: EpochMetrics, verdict: Verdict): void
  /** Now and then inside an epoch, at most a few times a second. */
  progress(at: {
    readonly epoch: number
    readonly epochs: number
    readonly step: number
    readonly steps: number
    readonly loss: number
  }): void
  /**
   * Called before each epoch but the first by a job with `awaitsDecision`; if the answer is no, the
   * job pauses.
   */
  mayContinue?(history: readonly EpochMetrics[]): Promise<boolean>
  /** A message for whoever watches the study, in a sentence. */
  note?(message: string): void
  /** Read between steps; true means: end at the next safe point. */
  stopRequested(): boolean
}
