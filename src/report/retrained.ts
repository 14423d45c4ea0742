import {
  overSeeds,
  rankFinalists,
  meanAndDeviation,
  retrainingSentence,
  type Retrained,
} from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type { StudyDocument } from '../record/document.js'
import { summarizeRepeats } from '../record/repeats.js'
import type { CompleteTrial } from '../record/trial.js'
import { contenders } from './finalists.js'
import { loss } from './format.js'
import type { RetrainedView } from './view.js'
import { reportWords } from './words/index.js'

/**
 * The configurations that were trained again with other seeds; null if none was.
 */
export function retrainedView(document: StudyDocument, language: Language): RetrainedView | null {
  const { retrainings = [], preparation, spec } = document
  const rows = contenders(document).flatMap((trial): Retrained[] => {
    const own = retrainings.filter(each => each.trial === trial.number)
    return own.length === 0
      ? []
      : [
          retrainedRow(
            trial,
            own.map(({ objective }) => objective),
          ),
        ]
  })
  if (rows.length === 0) return null
  const lossLike = spec.direction === 'minimize' && !spec.objective && preparation
  const finalists = rows
    .filter(({ mean }) => mean !== null)
    .map(({ number }) =>
      overSeeds(
        number,
        presentValues(
          retrainings.filter(each => each.trial === number).map(({ objective }) => objective),
        ),
      ),
    )
  const ranked = lossLike
    ? rankFinalists(finalists, {
        examples: preparation.data.validation,
        tokens: preparation.data.validationTokens,
      })
    : null
  return { sentence: retrainingSentence(rows, ranked, language), rows }
}

function retrainedRow(
  { number, objective }: CompleteTrial,
  outcomes: readonly (number | null)[],
): Retrained {
  const values = presentValues(outcomes)
  const { mean, sd } =
    values.length > 0
      ? summarizeRepeats(values.map(value => ({ objective: value })))
      : { mean: null, sd: null }
  return {
    number,
    searched: objective,
    mean,
    sd,
    seeds: values.length,
    failed: outcomes.length - values.length,
  }
}

function presentValues(outcomes: readonly (number | null)[]): number[] {
  return outcomes.filter(value => value !== null)
}

export function retrainedTable(
  { rows }: RetrainedView,
  language: Language,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    header: reportWords(language).sections.retrainedHeader,
    rows: rows.map(({ number, searched, mean, sd, seeds, failed }) => [
      String(number),
      loss(searched),
      mean === null ? '–' : meanAndDeviation({ mean, sd }),
      String(seeds),
      String(failed),
    ]),
  }
}
