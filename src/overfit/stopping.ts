import { unreachable } from '../errors.js'
import type { Weighed } from './weigh.js'

/** When a verdict is acted on. */
export interface Policy {
  /** Least probability of the verdict. */
  readonly sure: number
  /** Most that going on may be worth, as a share of the budget. */
  readonly worth: number
  /** Share of the peak learning rate above which annealing may yet take back a rise: one of up to three drops, and a larger one. */
  readonly cold: { readonly small: number; readonly large: number }
}

/**
 * Chosen on 400 curves of eight tasks under a cosine; the choice made on seven of them holds on the eighth.
 *
 * On a further 1,600 curves of the same tasks, of rises by more than three times what training had gained, 15% of that gain was still
 * to come at 80% of the peak rate, 7% at 45%, 4% at 27%, and nothing below 20%; of smaller rises 8% at 80%, and under 3% below 70%.
 */
export const POLICY: Policy = { sure: 0.75, worth: 0.05, cold: { small: 0.7, large: 0.2 } }

/** In units of what training had gained. */
const LARGE_RISE = 3
/** Epochs without a better one after which examples learnt by heart end a training, whatever the validation losses alone might promise. */
const MEMORISED_FOR = 3
/** Epochs without a new lowest that a rise must last where the schedule is unknown. */
const PATIENCE_BLIND = 5

/** Whether the epochs ahead are not worth their cost. */
export function stops({ kind, confidence, prospect }: Weighed, { sure, worth, cold }: Policy): boolean {
  switch (prospect.kind) {
    case 'none':
      return false
    case 'hopeless':
      return true
    case 'open': {
      if (kind === 'still-improving' || confidence < sure) return false
      const { value, rate, anneals, rise, since, memorised } = prospect
      if (value > worth && !(memorised && since >= MEMORISED_FOR)) return false
      if (kind === 'plateau') return true
      if (rate === null) return since >= PATIENCE_BLIND
      return !anneals || rate <= (rise > LARGE_RISE ? cold.large : cold.small)
    }
    default:
      return unreachable(prospect)
  }
}
