import { sum } from '../math/statistics.js'
import type { ExampleLoss } from '../record/finalist.js'

/** Standard deviations of a two-sided 95% interval. */
export const Z = 1.96

/**
 * The same if the error itself is uncertain, because it was measured on few examples: Student's t
 * with one degree of freedom less than there are examples, within 0.01 from five examples on.
 *
 * Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 26.7.5.
 */
export function studentZ(examples: number): number {
  const v = Math.max(1, examples - 1)
  return (
    Z +
    (Z ** 3 + Z) / (4 * v) +
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * v ** 2) +
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * v ** 3)
  )
}

/** Size of the split that a validation loss is a mean over. */
export interface ValidationSet {
  readonly examples: number
  readonly tokens: number
}

/**
 * Standard deviation of the examples' losses in nats, over the square root of the mean loss.
 * Measured by `ratioError` on fine-tunings of a small Llama on three data sets: 0.4 and 0.6 of it
 * at losses of 0.1, 0.2 at 3.5, 0.4 at 2.8. A rule of thumb, right within a factor of two.
 */
const SCATTER = 0.4
/**
 * Two trainings have similar errors on one example: the error of their difference over that of
 * either loss.
 * In the same measurement 0.2, 0.3 and 0.7.
 */
const SHARED = 0.4

/**
 * Standard error of a validation loss as an estimate of the loss on other examples, in nats, if
 * only the mean is known. Errors of an example's tokens correlate, so examples count, not tokens;
 * never more examples than tokens.
 */
export function estimatedError(loss: number, { examples, tokens }: ValidationSet): number {
  return SCATTER * Math.sqrt(Math.max(loss, 0) / Math.max(1, Math.min(examples, tokens)))
}

/** The same of the difference between two trials on the same validation set. */
export function estimatedDifferenceError(a: number, b: number, set: ValidationSet): number {
  return SHARED * estimatedError((a + b) / 2, set)
}

/**
 * Standard error of a loss per token from the losses of its examples: that of a ratio of sums,
 * the examples being the sample.
 *
 * @throws RangeError for fewer than two examples
 *
 * Source: Cochran, "Sampling Techniques", 3rd ed., section 2.11.
 */
export function ratioError(examples: readonly ExampleLoss[]): number {
  const n = examples.length
  if (n < 2) throw new RangeError(`an error needs two examples or more, got ${n}`)
  const tokens = sum(examples.map(each => each.tokens))
  const ratio = sum(examples.map(each => each.loss)) / tokens
  const squares = sum(examples.map(each => (each.loss - ratio * each.tokens) ** 2))
  return Math.sqrt((squares * n) / (n - 1)) / tokens
}

/** Standard error of the difference of two losses on the same examples, in the same order. */
export function pairedError(a: readonly ExampleLoss[], b: readonly ExampleLoss[]): number {
  return ratioError(a.map(({ loss, tokens }, i) => ({ loss: loss - b[i]!.loss, tokens })))
}
