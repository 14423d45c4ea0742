/** What a trial reports after one epoch; one line of `metrics.jsonl`. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number
  /**
   * Mean nats per trained token over the training split, as it was while the epoch ran; null where
   * a program of the user's reports none.
   */
  readonly loss: number | null
  /** Mean nats per trained token over the validation split, after the epoch. */
  readonly valLoss: number
  /** Learning rate of the epoch's last step; null where none was reported. */
  readonly learningRate: number | null
  /** Tokens that went through the model in the epoch, padding left out. */
  readonly tokens: number
  /** Seconds of wall clock, evaluation included. */
  readonly seconds: number
  /** Whatever else a training of the user's own reported, by its own names. */
  readonly extra?: Readonly<Record<string, number>>
}
