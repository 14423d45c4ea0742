import type { EpochMetrics } from '../record/metric.js'
import type { Schedule } from '../record/study.js'

/** One trial's past, and what lies ahead of it. */
export interface CurveHistory {
  /** Epochs run so far, in order, from epoch 1. */
  readonly epochs: readonly Pick<EpochMetrics, 'epoch' | 'loss' | 'valLoss'>[]
  /** Most epochs this training may run. */
  readonly budget: number
  /** null when unknown, as for a user's own program. */
  readonly schedule: Schedule | null
  /** Tokens that the validation loss is a mean over; null when unknown. */
  readonly validationTokens: number | null
  /** Validation loss before the first step, nats per token; null when unknown. */
  readonly startValLoss: number | null
}
