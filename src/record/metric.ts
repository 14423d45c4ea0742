/** What a trial reports after one epoch; one line of `metrics.jsonl`. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number
  /**
   * Mean nats per target token over the training split, measured while the epoch ran; null if a
   * user's program reports none.
   */
  readonly loss: number | null
  /** Mean nats per target token over the validation split, after the epoch. */
  readonly valLoss: number
  /** Learning rate of the epoch's last step; null if none was reported. */
  readonly learningRate: number | null
  /** Tokens that the model read in the epoch, without padding. */
  readonly tokens: number
  /** Seconds of wall clock, evaluation included. */
  readonly seconds: number
  /** Further numbers that a user's training reported, by its own names. */
  readonly extra?: Readonly<Record<string, number>>
}

/** The part of an epoch that verdicts and early-stopping rules depend on. */
export type EpochLosses = Pick<EpochMetrics, 'epoch' | 'loss' | 'valLoss' | 'extra'>
