/** The losses that a rule sees, of epochs 1, 2, …, in nats. */
export interface Losses {
  readonly validation: readonly number[]
  /** null where it is unknown; a rule that needs it then never stops. */
  readonly training: readonly (number | null)[]
}

/**
 * A classic early-stopping rule: the reason to stop after the last epoch, null if the training
 * continues.
 *
 * A rule is called after every epoch; what it returns after its first stop has no meaning.
 */
export type Rule = (losses: Losses) => string | null

/** An option of several rules. */
export const minDelta = {
  name: 'minDelta',
  type: 'float',
  min: 0,
  max: Number.MAX_VALUE,
  default: 0,
  unit: 'nats',
  help: { en: 'a smaller improvement does not count', zh: '小于该值的改进不计' },
} as const

/** The epoch after which a rule stops, from 1; null if it never does. */
export function stopEpoch(rule: Rule, { validation, training }: Losses): number | null {
  for (let n = 1; n <= validation.length; n++) {
    if (rule({ validation: validation.slice(0, n), training: training.slice(0, n) }) !== null)
      return n
  }
  return null
}
