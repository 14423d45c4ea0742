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
  /** Standard error of the difference in test loss from each finalist measured before it: on the same examples, example by example. */
  readonly against: readonly { readonly trial: number; readonly error: number }[]
}
