import { MAX_FINALISTS, rankFinalists, type Finalist, type Ranking } from '../overfit/index.js'
import type { StudyDocument } from '../record/document.js'
import { configurationOf } from '../record/repeats.js'
import { scoreOf, type CompleteTrial } from '../record/trial.js'
import { estimatesOf, ranking } from '../ranking/index.js'

/** Trials that are compared with each other; what is ranked below them is no rival of the first. */
const COMPARED = 20
/** Unless a study says otherwise. */
const FINALISTS = 3

/**
 * The complete trials that stand for a model each, best first: of those that read one epoch of one
 * training, and of one configuration's repeats, the best.
 */
export function contendersOf(document: StudyDocument): readonly CompleteTrial[] {
  const seen = new Set<string>()
  const fresh = (key: string): boolean => !seen.has(key) && Boolean(seen.add(key))
  return ranking(document).filter(
    trial => fresh(`${trial.leader} ${trial.bestEpoch}`) && fresh(`of ${configurationOf(trial)}`),
  )
}

/**
 * How the contenders stand by validation loss; null before the first complete trial, and where the
 * objective is not that loss.
 */
export function rankedByLoss(document: StudyDocument): Ranking | null {
  const { spec, preparation } = document
  const contenders = contendersOf(document)
  if (contenders.length === 0 || spec.direction !== 'minimize' || spec.objective || !preparation)
    return null
  // Losses that the model expects and losses that were measured do not compare.
  const estimates = estimatesOf(document)
  const compared = contenders
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
 * The first trials, and those that cannot be told from the first of all by their validation loss:
 * what is measured on the test split; best first.
 */
export function finalistsOf(document: StudyDocument): readonly CompleteTrial[] {
  const most = Math.min(document.spec.finalists ?? FINALISTS, MAX_FINALISTS)
  const standings = rankedByLoss(document)?.standings ?? []
  const tied = new Set(standings.filter(({ behind }) => !behind).map(({ number }) => number))
  return contendersOf(document)
    .filter(({ number }, i) => i < most || tied.has(number))
    .slice(0, MAX_FINALISTS)
}

/**
 * The first trials: what is trained again under other seeds, where the study asks for that; best
 * first.
 */
export function retrainedTrials(document: StudyDocument): readonly CompleteTrial[] {
  return contendersOf(document).slice(0, document.spec.finalists ?? FINALISTS)
}

function finalist(trial: CompleteTrial, estimate: number | undefined): Finalist {
  const { number, verdict } = trial
  const noise = verdict.evidence?.checkpoint?.error ?? 0
  return { number, loss: estimate ?? scoreOf(trial), noise }
}
