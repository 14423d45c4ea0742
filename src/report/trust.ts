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
import { ranking } from '../ranking/index.js'
import type { TrialView } from './trial.js'
import type { TrustView } from './view.js'

/**
 * How significant the ranking is, and the advice that follows from the verdicts. Numbers and
 * sentences are those of `src/overfit`.
 *
 * @param trials of the same document, as they are shown
 * @returns null before the first complete trial, and if the objective is not a loss
 */
export function trustView(
  document: StudyDocument,
  trials: readonly TrialView[],
  language: Language,
): TrustView | null {
  const { preparation, trials: records } = document
  const complete = ranking(document)
  const ranked = rankedByLoss(document)
  if (!ranked || !preparation) return null
  const { data } = preparation
  const validation = { examples: data.validation, tokens: data.validationTokens }
  const advice = adviceFor({
    best: bestTrialFacts(trials[complete[0]!.number]!),
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
    sentence: doubt ? doubtfulRanking(ranked, doubt, language) : rankingSentence(ranked, language),
    selectionBias: ranked.selectionBias,
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

function bestTrialFacts({
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
