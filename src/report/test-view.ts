import { plusMinus, rankOnTest, testAbsent, testPending, testSentences } from '../overfit/index.js'
import { trialKind } from '../kinds/index.js'
import type { Language } from '../record/language.js'
import type { StudyDocument } from '../record/document.js'
import { loss } from './format.js'
import { winner } from '../ranking/index.js'
import type { TestView } from './view.js'
import { reportWords } from './words/index.js'

/**
 * The winner on the test split. Numbers and sentences are those of `src/overfit`.
 *
 * @returns null for a study without a data set, and before its data have been read
 */
export function testView(document: StudyDocument, language: Language): TestView | null {
  const { spec, preparation, finalists = [] } = document
  const { task, objective } = spec
  const { languageModel } = trialKind(task)
  if (!languageModel || !preparation) return null
  const { test: examples = 0 } = preparation.data
  if (examples === 0)
    return {
      examples,
      sentences: [testAbsent(languageModel.test(task) === 'auto' ? 'few' : 'not-asked', language)],
      standings: [],
    }
  const standings = rankOnTest(finalists, examples)
  const best = winner(document)
  if (standings.length === 0 || !best)
    return { examples, sentences: [testPending(examples, language)], standings: [] }
  return {
    examples,
    sentences: testSentences(
      { examples, standings, chosen: best.number, ...(objective ? { objective } : {}) },
      language,
    ),
    standings,
  }
}

/** The finalists as a table: losses in nats per token, ± one standard error. */
export function finalistsTable(
  { standings }: TestView,
  language: Language,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const rows = standings.map(
    ({ number, rank, ranks: [best, worst], test, validation, testMinusValidation }) => [
      String(number),
      String(rank),
      best === worst ? String(best) : `${best}–${worst}`,
      plusMinus(test),
      loss(validation.loss),
      plusMinus(testMinusValidation),
    ],
  )
  return { header: reportWords(language).sections.finalistsHeader, rows }
}
