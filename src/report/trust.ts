import { adviceFor, adviceIn, rankFinalists, rankingIn, type Facts, type Finalist, type Language } from '../overfit/index.js'
import type { StudyDocument } from '../record/document.js'
import type { CompleteTrial } from '../record/trial.js'
import type { VerdictKind } from '../record/verdict.js'
import { ranking } from './ranking.js'
import type { TrialView, TrustView } from './view.js'

/** Trials that are compared with each other; what is ranked below them is no rival of the first. */
const COMPARED = 20

/**
 * How much the leaderboard means, and what follows from the verdicts. Numbers and words are those of `src/overfit`.
 *
 * @param trials of the same document, as they are shown
 * @returns null before the first complete trial, and where the objective is not a loss
 */
export function trustOf({ spec, preparation, trials: records }: StudyDocument, trials: readonly TrialView[], language: Language): TrustView | null {
  const complete = ranking(records, spec.direction)
  if (complete.length === 0 || spec.direction !== 'minimize' || spec.objective || !preparation) return null
  const { data } = preparation
  const validation = { examples: data.validation, tokens: data.validationTokens }
  const ranked = rankFinalists(oneOfEach(complete).slice(0, COMPARED).map(finalist), validation)
  const advice = adviceFor({
    best: bestOf(trials[complete[0]!.number]!),
    trials: complete.length,
    verdicts: countVerdicts(complete),
    diverged: records.filter(trial => trial.state === 'failed' && trial.failure.kind === 'diverged').length,
    trainExamples: data.train,
    validation,
    duplicates: data.duplicates,
    parameters: preparation.model.parameters,
    ranking: ranked,
  })
  const doubt = advice.find(piece => piece.advice === 'doubt-the-ranking')
  return {
    // What makes the ranking doubtful belongs to the sentence that says so.
    sentence: rankingIn(ranked, language) + (doubt ? `${language === 'en' ? ': ' : '：'}${adviceIn(doubt, language).ground}` : ''),
    optimism: ranked.optimism,
    standings: ranked.standings.map(({ number, low, high, first, behind }) => ({ number, low, high, first, behind })),
    advice: advice.filter(piece => piece !== doubt).map(piece => adviceIn(piece, language)),
  }
}

/** Trials that read the same epoch of the same training are the same model: the best ranked stands for all. */
function oneOfEach(complete: readonly CompleteTrial[]): CompleteTrial[] {
  const seen = new Set<string>()
  return complete.filter(({ training, bestEpoch }) => !seen.has(`${training} ${bestEpoch}`) && seen.add(`${training} ${bestEpoch}`))
}

function finalist({ number, objective, verdict }: CompleteTrial): Finalist {
  return { number, loss: objective, noise: verdict.evidence?.checkpoint?.error ?? 0 }
}

function bestOf({ verdict, bestEpoch, epochsRun, valLoss, epochs }: TrialView): Facts['best'] {
  if (!verdict || bestEpoch === null || valLoss === null) return null
  return { verdict: verdict.kind, bestEpoch, epochsRun, valLoss, trainLoss: epochs.find(({ epoch }) => epoch === bestEpoch)?.loss ?? null }
}

function countVerdicts(complete: readonly CompleteTrial[]): Partial<Record<VerdictKind, number>> {
  const counts: Partial<Record<VerdictKind, number>> = {}
  for (const { verdict } of complete) counts[verdict.kind] = (counts[verdict.kind] ?? 0) + 1
  return counts
}
