import { DEFAULTS, MAX_FINALISTS } from '../settings/index.js'
import { rankFinalists, type Finalist, type Ranking } from '../overfit/index.js'
import type { StudyDocument } from '../record/document.js'
import { configurationNumber } from '../record/repeats.js'
import { rankingValue, type CompleteTrial } from '../record/trial.js'
import { currentEstimates, ranking } from '../ranking/index.js'

/** Maximum trials whose losses are compared. */
const COMPARED = 20

/**
 * The complete trials with different models, best first: one of those that read the same epoch of a
 * shared run, and one of a configuration's repeats.
 */
export function contenders(document: StudyDocument): readonly CompleteTrial[] {
  const models = new Set<string>()
  const isNew = (key: string): boolean => !models.has(key) && Boolean(models.add(key))
  return ranking(document).filter(
    trial =>
      isNew(`${trial.leader} ${trial.bestEpoch}`) && isNew(`of ${configurationNumber(trial)}`),
  )
}

/**
 * The contenders ranked by validation loss; null before the first complete trial, and if the study
 * has another objective.
 */
export function rankedByLoss(document: StudyDocument): Ranking | null {
  const { spec, preparation } = document
  const candidates = contenders(document)
  if (candidates.length === 0 || spec.direction !== 'minimize' || spec.objective || !preparation)
    return null
  // Losses that the model expects and losses that were measured do not compare.
  const estimates = currentEstimates(document)
  const compared = candidates
    .filter(({ number }) => !estimates || estimates.has(number))
    .slice(0, COMPARED)
  const { validation, validationTokens } = preparation.data
  return rankFinalists(
    compared.map(trial => finalist(trial, estimates?.get(trial.number))),
    {
      examples: validation,
      tokens: validationTokens,
    },
  )
}

/**
 * The trials to measure on the test split, best first: the first ones, and those whose validation
 * loss is not significantly above the winner's.
 */
export function testFinalists(document: StudyDocument): readonly CompleteTrial[] {
  const count = Math.min(document.spec.finalists ?? DEFAULTS.finalists, MAX_FINALISTS)
  const standings = rankedByLoss(document)?.standings ?? []
  const tied = new Set(standings.filter(({ behind }) => !behind).map(({ number }) => number))
  return contenders(document)
    .filter(({ number }, i) => i < count || tied.has(number))
    .slice(0, MAX_FINALISTS)
}

/**
 * The trials to train again with other seeds if the study requests it, best first.
 */
export function retrainedTrials(document: StudyDocument): readonly CompleteTrial[] {
  return contenders(document).slice(0, document.spec.finalists ?? DEFAULTS.finalists)
}

function finalist(trial: CompleteTrial, estimate: number | undefined): Finalist {
  const { number, verdict } = trial
  const noise = verdict.evidence?.checkpoint?.error ?? 0
  return { number, loss: estimate ?? rankingValue(trial), noise }
}
