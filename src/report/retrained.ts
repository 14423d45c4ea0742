import {
  overSeeds,
  rankFinalists,
  meanAndDeviation,
  retrainingSentence,
  type Retrained,
} from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type { StudyDocument } from '../record/document.js'
import { repeatsOf } from '../record/repeats.js'
import type { CompleteTrial } from '../record/trial.js'
import { contendersOf } from './finalists.js'
import { loss } from './format.js'
import type { RetrainedView } from './view.js'

/**
 * What came of the configurations that were trained again under other seeds; null where none was.
 */
export function retrainedOf(document: StudyDocument, language: Language): RetrainedView | null {
  const { retrainings = [], preparation, spec } = document
  const rows = contendersOf(document).flatMap((trial): Retrained[] => {
    const own = retrainings.filter(each => each.trial === trial.number)
    return own.length === 0
      ? []
      : [
          rowOf(
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
        valuesOf(
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

function rowOf(
  { number, objective }: CompleteTrial,
  outcomes: readonly (number | null)[],
): Retrained {
  const values = valuesOf(outcomes)
  const { mean, sd } =
    values.length > 0
      ? repeatsOf(values.map(value => ({ objective: value })))
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

function valuesOf(outcomes: readonly (number | null)[]): number[] {
  return outcomes.filter(value => value !== null)
}

const HEADINGS: Readonly<Record<Language, readonly string[]>> = {
  en: ['Trial', 'In the search', 'Under other seeds, mean ± deviation', 'Seeds', 'Failed'],
  zh: ['试验', '搜索时', '其他种子：均值 ± 标准差', '种子数', '失败'],
}

export function retrainedTable(
  { rows }: RetrainedView,
  language: Language,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    header: HEADINGS[language],
    rows: rows.map(({ number, searched, mean, sd, seeds, failed }) => [
      String(number),
      loss(searched),
      mean === null ? '–' : meanAndDeviation({ mean, sd }),
      String(seeds),
      String(failed),
    ]),
  }
}
