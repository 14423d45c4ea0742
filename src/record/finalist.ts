/** One held-back example: its summed loss in nats, and the tokens that it is summed over. */
export interface ExampleLoss {
  readonly loss: number
  readonly tokens: number
}

/** A loss per token and its standard error, from the losses of the examples; nats. */
export interface MeasuredLoss {
  readonly loss: number
  readonly error: number
}

/** A trial whose best model was measured, after the search, on the test split. */
export interface FinalistRecord {
  readonly trial: number
  /** The epoch that the trial counts by. */
  readonly epoch: number
  readonly validation: MeasuredLoss
  readonly test: MeasuredLoss
  /**
   * Standard error of the difference in test loss from each finalist measured before it: on the
   * same examples, example by example.
   */
  readonly against: readonly { readonly trial: number; readonly error: number }[]
}

/** A finalist's configuration, trained once more under another seed. */
export interface RetrainingRecord {
  /** The trial whose configuration it is. */
  readonly trial: number
  /** Which of its further seeds, from 1. */
  readonly seed: number
  /** The study's objective at the epoch that it counts by; null where the training failed. */
  readonly objective: number | null
  /** Epoch that it counts by; null where the training failed. */
  readonly epoch: number | null
  readonly epochsRun: number
  /** Seconds of training. */
  readonly seconds: number
}
