import type { EpochLosses } from '../../record/metric.js'

/**
 * A classic early-stopping rule: the reason to stop after the last epoch, null if the training
 * continues. A training loss of null is unknown; a rule that needs it then never stops.
 *
 * A rule is called after every epoch; what it returns after its first stop has no meaning.
 *
 * @param epochs epochs 1, 2, …; losses in nats
 */
export type Rule = (epochs: readonly EpochLosses[]) => string | null

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
export function stopEpoch(rule: Rule, epochs: readonly EpochLosses[]): number | null {
  const stop = epochs.findIndex((_, i) => rule(epochs.slice(0, i + 1)) !== null)
  return stop < 0 ? null : stop + 1
}

/** Validation losses in nats, shape [epochs]. */
export function validationLosses(epochs: readonly EpochLosses[]): readonly number[] {
  return epochs.map(({ valLoss }) => valLoss)
}
