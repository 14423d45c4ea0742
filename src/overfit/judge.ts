import type { Schedule } from '../record/study.js'
import type { Judgement } from '../record/verdict.js'
import { reasonIn } from './reason.js'
import { POLICY, stops, type Policy } from './stopping.js'
import { weigh } from './weigh.js'

/** One trial's past, and what lies ahead of it. */
export interface CurveHistory {
  /** Epochs run so far, in order, from epoch 1. `loss` is null where a program reports no training loss. */
  readonly epochs: readonly { readonly epoch: number; readonly loss: number | null; readonly valLoss: number }[]
  /** Most epochs this training may run. */
  readonly budget: number
  /** null when unknown, as for a user's own program. */
  readonly schedule: Schedule | null
  /** Tokens that the validation loss is a mean over; null when unknown. */
  readonly validationTokens: number | null
  /** Validation loss before the first step, nats per token; null when unknown. */
  readonly startValLoss: number | null
}

/**
 * What a trial's own curves say: the verdict on the whole run as it is likely to end, the epoch to keep, and whether the epochs
 * ahead are worth their cost.
 *
 * It stops when the verdict is likely and going on is worth less than a twentieth of the budget, gains and epochs weighed against
 * each other (see `EXCHANGE`), but not on a rise that an annealing learning rate may yet take back.
 *
 * The size of the validation set plays no part in it: every epoch is measured on the same examples, so what a small set adds to one
 * epoch's loss it adds to the next one's too, and what is left as noise shows on the curve itself. It counts where trials are
 * ranked: see `rankFinalists`.
 *
 * @throws RangeError for a history without epochs
 */
export function judge(history: CurveHistory, policy: Policy = POLICY): Judgement {
  const weighed = weigh(history)
  const { kind, confidence, evidence, bestEpoch } = weighed
  return { kind, stop: stops(weighed, policy), confidence, evidence, bestEpoch, reason: reasonIn({ evidence, bestEpoch }, 'en') }
}
