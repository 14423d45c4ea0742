import type { Objective } from '../../settings/index.js'
import type { NoTest } from '../../record/data-report.js'
import type { Unit } from '../../record/study.js'
import type { Evidence } from '../../record/verdict.js'
import type { Advice } from '../advice.js'
import type { TestRank } from '../test-ranking.js'

/** All sentences about verdicts, ranking and test split in one language, without full stops. */
export interface OverfitWords {
  readonly reasons: ReasonWords
  readonly advice: AdviceWords
  readonly ranking: RankingWords
  readonly retraining: RetrainingWords
  readonly test: TestWords
}

/** The sentence for each finding of a verdict. */
export type ReasonWords = {
  readonly [F in Evidence['finding']]: (
    evidence: Extract<Evidence, { finding: F }>,
    bestEpoch: number,
    unit: Unit,
  ) => string
}

/** What to do, and the numbers that speak for it. */
export interface AdviceText {
  readonly advice: string
  readonly ground: string
}

export type AdviceWords = {
  readonly [A in Advice['advice']]: (advice: Extract<Advice, { advice: A }>) => AdviceText
}

export interface RankingWords {
  readonly none: string
  significant(first: number): string
  /** @param tied trials that are not distinguishable from the first; at least one */
  tied(first: number, tied: readonly number[]): string
  /** Joins a statement and its explanation. */
  readonly colon: string
}

export interface RetrainingWords {
  /**
   * @param mean over the further seeds, with its deviation
   * @param order what the means say about the ranking; null if they cannot say anything
   */
  summary(facts: {
    readonly number: number
    readonly seeds: number
    readonly mean: string
    readonly search: string
    readonly order: string | null
  }): string
}

/** The winner on the test split; losses and their difference with one standard error. */
export interface WinnerOnTest {
  readonly examples: number
  readonly number: number
  readonly objective: Objective | undefined
  readonly test: string
  readonly validation: string
  readonly difference: string
  /** Whether test loss is significantly above or below validation loss. */
  readonly comparison: 'same' | 'above' | 'below'
}

export interface TestWords {
  /** Before the finalists are measured. */
  pending(examples: number): string
  absent(cause: NoTest): string
  winner(facts: WinnerOnTest): string
  /** @param winner the exported trial; null if it is first by test loss too */
  order(ranking: string, winner: TestRank['number'] | null): string
}
