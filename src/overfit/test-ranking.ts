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
  /** The best and the worst rank that it could have by more than chance, pair by pair, at 95%. */
  readonly ranks: readonly [number, number]
  readonly test: MeasuredLoss
  readonly validation: MeasuredLoss
  /**
   * Test less validation loss: by how much the search's own measure looked better, with what
   * differs between two sets of examples.
   */
  readonly testMinusValidation: MeasuredLoss
  /** Whether the first is better by more than chance. False for the first itself. */
  readonly behind: boolean
}

/**
 * Ranks finalists by the loss on examples that the search has never seen. Two are told apart by the
 * error of their difference on the same examples, which is far smaller than the error of either
 * loss.
 *
 * A rank reaches from the one after all that are better by more than chance to the one before all
 * that are worse.
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
 * As it was measured; of two that were not measured together, that of examples that have nothing in
 * common.
 */
function differenceError(a: FinalistRecord, b: FinalistRecord): number {
  const measured =
    a.against.find(({ trial }) => trial === b.trial) ??
    b.against.find(({ trial }) => trial === a.trial)
  return measured?.error ?? Math.hypot(a.test.error, b.test.error)
}
