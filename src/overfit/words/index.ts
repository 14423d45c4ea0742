import type { Objective } from '../../settings/index.js'
import type { Unit } from '../../record/study.js'
import type { NoTest } from '../../record/data-report.js'
import type { Language } from '../../record/language.js'
import type { Evidence, Verdict } from '../../record/verdict.js'
import type { Advice } from '../advice.js'
import { studentZ } from '../evaluation-error.js'
import type { TestRank } from '../test-ranking.js'
import { english } from './en.js'
import { meanAndDeviation, nats, plusMinus } from './number.js'
import type { AdviceText, OverfitWords } from './words.js'
import { chinese } from './zh.js'

const WORDS: Readonly<Record<Language, OverfitWords>> = { en: english, zh: chinese }

/**
 * A verdict's evidence as a sentence, with its numbers. A verdict without evidence, from a record
 * of an older version, keeps the sentence that is stored with it.
 *
 * @param unit of the losses
 */
export function verdictReason(
  verdict: Pick<Verdict, 'bestEpoch' | 'evidence'> & { readonly reason?: string },
  language: Language,
  unit: Unit = 'nats',
): string {
  const { evidence, bestEpoch, reason = '' } = verdict
  if (!evidence) return reason
  const sentence = WORDS[language].reasons[evidence.finding] as (
    evidence: Evidence,
    bestEpoch: number,
    unit: Unit,
  ) => string
  return sentence(evidence, bestEpoch, unit)
}

/** What to do, and why. */
export function adviceText(advice: Advice, language: Language): AdviceText {
  const text = WORDS[language].advice[advice.advice] as (advice: Advice) => AdviceText
  return text(advice)
}

/** Trials in order, and which of them are not distinguishable from the first. */
export interface RankedTrials {
  readonly standings: readonly {
    readonly number: number
    readonly rank: number
    readonly behind: boolean
  }[]
}

/** How much a ranking means: `trial 7 is first, but not distinguishable from trials 3 and 9`. */
export function rankingSentence({ standings }: RankedTrials, language: Language): string {
  const words = WORDS[language].ranking
  const [first] = standings
  if (!first) return words.none
  const tied = standings
    .filter(({ rank, behind }) => rank > 1 && !behind)
    .map(({ number }) => number)
  return tied.length === 0 ? words.significant(first.number) : words.tied(first.number, tied)
}

/** The ranking and the reason to doubt it, in one sentence. */
export function doubtfulRanking(ranking: RankedTrials, doubt: Advice, language: Language): string {
  const { colon } = WORDS[language].ranking
  return rankingSentence(ranking, language) + colon + adviceText(doubt, language).ground
}

/** A configuration trained again under other seeds; in units of the study's objective. */
export interface Retrained {
  readonly number: number
  /** The objective that the search measured. */
  readonly searched: number
  /** Over the other seeds alone; null if all of them failed. */
  readonly mean: number | null
  /** Sample standard deviation; null for fewer than two. */
  readonly sd: number | null
  /** How many seeds the mean is over, and how many failed. */
  readonly seeds: number
  readonly failed: number
}

/**
 * The first configuration under further seeds, and the order by their means; null if it has no
 * mean.
 *
 * @param ranking by the means; null if the study's objective is not a loss
 */
export function retrainingSentence(
  retrained: readonly Retrained[],
  ranking: RankedTrials | null,
  language: Language,
): string | null {
  const [first] = retrained
  if (!first || first.mean === null) return null
  const { number, searched, seeds, mean, sd } = first
  return WORDS[language].retraining.summary({
    number,
    seeds,
    mean: meanAndDeviation({ mean, sd }),
    search: nats(searched),
    order:
      ranking !== null && ranking.standings.length > 1 ? rankingSentence(ranking, language) : null,
  })
}

/** What was measured on the test split. */
export interface TestFacts {
  /** Test examples. */
  readonly examples: number
  /** By test loss; not empty. */
  readonly standings: readonly TestRank[]
  /** The trial that the search chose, and its objective; validation loss when left out. */
  readonly chosen: number
  readonly objective?: Objective
}

/** The winner's test loss and the order of the finalists; sentences without their full stops. */
export function testSentences(facts: TestFacts, language: Language): string[] {
  const { standings, chosen } = facts
  const words = WORDS[language].test
  const winner = standings.find(({ number }) => number === chosen)
  const sentences = winner ? [winnerSentence(facts, winner, language)] : []
  if (standings.length < 2) return sentences
  const ranking = rankingSentence({ standings }, language)
  return [...sentences, words.order(ranking, standings[0]!.number === chosen ? null : chosen)]
}

/** Before the finalists are measured. */
export function testPending(examples: number, language: Language): string {
  return WORDS[language].test.pending(examples)
}

/** Why there is no test split. */
export function testAbsent(cause: NoTest, language: Language): string {
  return WORDS[language].test.absent(cause)
}

function winnerSentence(
  { examples, objective }: TestFacts,
  { number, test, validation, testMinusValidation }: TestRank,
  language: Language,
): string {
  const significant =
    Math.abs(testMinusValidation.loss) > studentZ(examples) * testMinusValidation.error
  const comparison = !significant ? 'same' : testMinusValidation.loss > 0 ? 'above' : 'below'
  const size =
    comparison === 'below'
      ? { ...testMinusValidation, loss: -testMinusValidation.loss }
      : testMinusValidation
  return WORDS[language].test.winner({
    examples,
    number,
    objective,
    test: plusMinus(test),
    validation: plusMinus(validation),
    difference: plusMinus(size),
    comparison,
  })
}
