import type { VerdictKind } from '../record/verdict.js'
import type { ValidationSet } from './evaluation-error.js'
import type { Ranking } from './finalists.js'

/**
 * The facts of a study that advice depends on; null if unknown. Losses in nats per token.
 */
export interface AdviceFacts {
  /** The best trial. */
  readonly best: {
    readonly verdict: VerdictKind
    readonly bestEpoch: number
    readonly epochsRun: number
    readonly valLoss: number
    /** Training loss of the best epoch. */
    readonly trainLoss: number | null
  } | null
  /** Complete trials, and how many of them got which verdict. */
  readonly trials: number
  readonly verdicts: Readonly<Partial<Record<VerdictKind, number>>>
  /** Trials that failed because their loss was not a number. */
  readonly diverged: number
  readonly trainExamples: number
  readonly validation: ValidationSet
  /** Examples that occur more than once, beyond their first time. */
  readonly duplicates: number
  /** Parameters that training changes; fewer than the model's with adapters. */
  readonly parameters: number | null
  readonly ranking: Ranking | null
}

/** One piece of advice and the numbers that speak for it. */
export type Advice =
  | {
      readonly advice: 'more-data'
      readonly trainLoss: number
      readonly valLoss: number
      readonly examples: number
      readonly parameters: number | null
    }
  | {
      readonly advice: 'fewer-epochs'
      readonly bestEpoch: number
      readonly epochsRun: number
      readonly overfitted: number
      readonly trials: number
    }
  | {
      readonly advice: 'smaller-learning-rate'
      readonly because: 'diverged'
      readonly diverged: number
      readonly trials: number
    }
  | {
      readonly advice: 'smaller-learning-rate'
      readonly because: 'first-epoch'
      readonly epochsRun: number
    }
  | {
      readonly advice: 'more-regularization'
      readonly examplesPerParameter: number
      readonly gap: number
    }
  | { readonly advice: 'more-epochs'; readonly epochsRun: number }
  | {
      readonly advice: 'larger-validation-set'
      readonly examples: number
      readonly loss: number
      readonly low: number
      readonly high: number
    }
  | {
      readonly advice: 'doubt-the-ranking'
      readonly first: number
      readonly tied: readonly number[]
      readonly trials: number
      readonly selectionBias: number
    }
  | { readonly advice: 'remove-duplicates'; readonly duplicates: number; readonly examples: number }

/**
 * Fewer validation examples are too few: at a loss of one nat the 95% interval is wider than 0.3
 * nats, at 0.2 nats wider than 0.13.
 */
const FEW_EXAMPLES = 30
/**
 * Share of the validation loss by which training loss may be lower without advice.
 */
const WIDE_GAP = 0.3
/** With fewer examples per trainable parameter a model can memorize its examples. */
const FEW_PER_PARAMETER = 0.01

/**
 * Advice from a study's verdicts and data, the most useful first, each piece with its numbers. A
 * study without complete trials has advice about its data alone.
 */
export function adviceFor(facts: AdviceFacts): Advice[] {
  return [...doubts(facts), ...remedies(facts), ...aboutData(facts)]
}

/**
 * Generalization gap: validation loss less training loss at the best epoch, in nats.
 */
export function generalizationGap({ best }: AdviceFacts): number | null {
  return best === null || best.trainLoss === null ? null : best.valLoss - best.trainLoss
}

function doubts({ validation, ranking, trials }: AdviceFacts): Advice[] {
  const advice: Advice[] = []
  const first = ranking?.standings[0]
  if (!first) return advice
  if (validation.examples < FEW_EXAMPLES) {
    advice.push({
      advice: 'larger-validation-set',
      examples: validation.examples,
      loss: first.loss,
      low: first.low,
      high: first.high,
    })
  }
  const tied = ranking.standings
    .filter(({ rank, behind }) => rank > 1 && !behind)
    .map(({ number }) => number)
  if (tied.length > 0)
    advice.push({
      advice: 'doubt-the-ranking',
      first: first.number,
      tied,
      trials,
      selectionBias: ranking.selectionBias,
    })
  return advice
}

function remedies(facts: AdviceFacts): Advice[] {
  const { best, trials, verdicts, diverged, trainExamples, parameters } = facts
  const advice: Advice[] = []
  const failed = diverged + (verdicts.diverged ?? 0)
  if (failed > 0 && failed * 3 >= trials + diverged)
    advice.push({
      advice: 'smaller-learning-rate',
      because: 'diverged',
      diverged: failed,
      trials: trials + diverged,
    })
  if (best === null) return advice
  const gap = generalizationGap(facts)
  if (best.verdict === 'overfit') {
    if (best.bestEpoch === 1 && best.epochsRun > 2)
      advice.push({
        advice: 'smaller-learning-rate',
        because: 'first-epoch',
        epochsRun: best.epochsRun,
      })
    else
      advice.push({
        advice: 'fewer-epochs',
        bestEpoch: best.bestEpoch,
        epochsRun: best.epochsRun,
        overfitted: verdicts.overfit ?? 1,
        trials,
      })
  }
  if (best.verdict === 'still-improving' && best.bestEpoch === best.epochsRun)
    advice.push({ advice: 'more-epochs', epochsRun: best.epochsRun })
  if (
    gap !== null &&
    best.trainLoss !== null &&
    gap > WIDE_GAP * best.valLoss &&
    best.verdict !== 'still-improving'
  ) {
    advice.push({
      advice: 'more-data',
      trainLoss: best.trainLoss,
      valLoss: best.valLoss,
      examples: trainExamples,
      parameters,
    })
    const perParameter = parameters === null ? null : trainExamples / parameters
    if (perParameter !== null && perParameter < FEW_PER_PARAMETER)
      advice.push({ advice: 'more-regularization', examplesPerParameter: perParameter, gap })
  }
  return advice
}

function aboutData({ duplicates, trainExamples, validation }: AdviceFacts): Advice[] {
  return duplicates > 0
    ? [{ advice: 'remove-duplicates', duplicates, examples: trainExamples + validation.examples }]
    : []
}
