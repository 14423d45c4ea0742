/** The losses that a rule sees, of epochs 1, 2, …, in nats. */
export interface Losses {
  readonly validation: readonly number[]
  /** null where it is unknown; a rule that needs it then never stops. */
  readonly training: readonly (number | null)[]
}

/**
 * A classic stopping rule: says of a history whether it stops after the last epoch, and why; null
 * where it goes on.
 *
 * A rule is asked after every epoch, and what it says after its first stop is of no interest.
 */
export type Rule = (losses: Losses) => string | null

/** The epoch after which a rule stops, from 1; null when it never does. */
export function stopOf(rule: Rule, { validation, training }: Losses): number | null {
  for (let n = 1; n <= validation.length; n++) {
    if (rule({ validation: validation.slice(0, n), training: training.slice(0, n) }) !== null)
      return n
  }
  return null
}
