import { mean } from '../math/statistics.js'
import type { EpochLosses } from '../record/metric.js'
import type { Finding } from '../record/verdict.js'

/**
 * Validation loss over training loss above which a model counts as memorizing its examples.
 */
const GAP = 4

/**
 * The pattern of a fine-tuning that has begun to overfit before its validation loss has risen much:
 * no better epoch for two or more, on average at least 1% worse, and training loss fallen further,
 * to under a quarter of validation loss.
 *
 * Validation losses alone cannot distinguish this from a plateau. The training loss can: it keeps
 * falling while the model learns nothing but the wording of its examples.
 */
export function memorization(
  epochs: readonly EpochLosses[],
  /** From 1. */
  best: number,
): Extract<Finding, { finding: 'memorised' }> | null {
  const after = epochs.slice(best)
  const { loss: then, valLoss } = epochs[best - 1]!
  const now = epochs.at(-1)!.loss
  if (after.length < 2 || then === null || now === null) return null
  const since = mean(after.map(epoch => epoch.valLoss))
  if (since < 1.01 * valLoss || now > 0.9 * then || now * GAP > since) return null
  return { finding: 'memorised', from: best, to: epochs.length, best: valLoss, since, train: now }
}
