import type { FinalistRecord, MeasuredLoss } from '../record/finalist.js'
import { studentZ } from './evaluation-error.js'

/**
 * A finalist among the others, by its loss on the test split. Losses in nats per token, lower is
 * better.
 */
export interface TestRank {
  readonly number: number
  /** From 1. */
  readonly rank: number
  /** The best and the worst rank that the pairwise comparisons at 95% allow. */
  readonly ranks: readonly [number, number]
  readonly test: MeasuredLoss
  readonly validation: MeasuredLoss
  /**
   * Test less validation loss: the selection bias, and the difference between the two splits.
   */
  readonly testMinusValidation: MeasuredLoss
  /** Whether the first is significantly better. False for the first itself. */
  readonly behind: boolean
}

/**
 * Ranks finalists by their loss on the test split. The error of a difference on the same examples
 * decides whether it is significant; it is far smaller than the error of either loss.
 *
 * The interval of a rank begins after all finalists that are significantly better, and ends before
 * all that are significantly worse.
 *
 * @param examples of the test split
 *
 * Source: Goldstein & Spiegelhalter, "League tables and their limitations", Journal of the Royal
 * Statistical Society A 1996, for ranks with intervals.
 */
export function rankOnTest(finalists: readonly FinalistRecord[], examples: number): TestRank[] {
  const deviations = studentZ(examples)
  const sorted = [...finalists].sort((a, b) => a.test.loss - b.test.loss || a.trial - b.trial)
  const beats = (a: FinalistRecord, b: FinalistRecord): boolean =>
    b.test.loss - a.test.loss > deviations * differenceError(a, b)
  return sorted.map((finalist, i) => {
    const better = sorted.filter(other => beats(other, finalist)).length
    const worse = sorted.filter(other => beats(finalist, other)).length
    const { trial: number, test, validation } = finalist
    const testMinusValidation = {
      loss: test.loss - validation.loss,
      error: Math.hypot(test.error, validation.error),
    }
    return {
      number,
      rank: i + 1,
      ranks: [better + 1, sorted.length - worse],
      test,
      validation,
      testMinusValidation,
      behind: i > 0 && beats(sorted[0]!, finalist),
    }
  })
}

/**
 * Standard error of the difference: as measured, or that of independent examples for two finalists
 * that were not measured together.
 */
function differenceError(a: FinalistRecord, b: FinalistRecord): number {
  const measured =
    a.against.find(({ trial }) => trial === b.trial) ??
    b.against.find(({ trial }) => trial === a.trial)
  return measured?.error ?? Math.hypot(a.test.error, b.test.error)
}
