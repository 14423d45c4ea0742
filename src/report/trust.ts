import {
  adviceFor,
  adviceText,
  doubtfulRanking,
  rankingSentence,
  type AdviceFacts,
} from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type { StudyDocument } from '../record/document.js'
import type { CompleteTrial } from '../record/trial.js'
import type { VerdictKind } from '../record/verdict.js'
import { rankedByLoss } from './finalists.js'
import { ranking } from './ranking.js'
import type { TrialView, TrustView } from './view.js'

/**
 * How much the leaderboard means, and what follows from the verdicts. Numbers and words are those
 * of `src/overfit`.
 *
 * @param trials of the same document, as they are shown
 * @returns null before the first complete trial, and where the objective is not a loss
 */
export function trustOf(
  document: StudyDocument,
  trials: readonly TrialView[],
  language: Language,
): TrustView | null {
  const { spec, preparation, trials: records } = document
  const complete = ranking(records, spec.direction)
  const ranked = rankedByLoss(document)
  if (!ranked || !preparation) return null
  const { data } = preparation
  const validation = { examples: data.validation, tokens: data.validationTokens }
  const advice = adviceFor({
    best: bestOf(trials[complete[0]!.number]!),
    trials: complete.length,
    verdicts: countVerdicts(complete),
    diverged: records.filter(trial => trial.state === 'failed' && trial.failure.kind === 'diverged')
      .length,
    trainExamples: data.train,
    validation,
    duplicates: data.duplicates,
    parameters: preparation.model.parameters,
    ranking: ranked,
  })
  const doubt = advice.find(piece => piece.advice === 'doubt-the-ranking')
  return {
    // What makes the ranking doubtful belongs to the sentence that says so.
    sentence: doubt ? doubtfulRanking(ranked, doubt, language) : rankingSentence(ranked, language),
    optimism: ranked.optimism,
    standings: ranked.standings.map(({ number, low, high, first, behind }) => ({
      number,
      low,
      high,
      first,
      behind,
    })),
    advice: advice.filter(piece => piece !== doubt).map(piece => adviceText(piece, language)),
  }
}

function bestOf({
  verdict,
  bestEpoch,
  epochsRun,
  valLoss,
  epochs,
}: TrialView): AdviceFacts['best'] {
  if (!verdict || bestEpoch === null || valLoss === null) return null
  return {
    verdict: verdict.kind,
    bestEpoch,
    epochsRun,
    valLoss,
    trainLoss: epochs.find(({ epoch }) => epoch === bestEpoch)?.loss ?? null,
  }
}

function countVerdicts(complete: readonly CompleteTrial[]): Partial<Record<VerdictKind, number>> {
  const counts: Partial<Record<VerdictKind, number>> = {}
  for (const { verdict } of complete) counts[verdict.kind] = (counts[verdict.kind] ?? 0) + 1
  return counts
}
