import { plusMinus, rankOnTest, testAbsent, testPending, testSentences } from '../overfit/index.js'
import { kindOf } from '../kinds/index.js'
import type { Language } from '../record/language.js'
import type { StudyDocument } from '../record/document.js'
import { loss } from './format.js'
import { ranking } from './ranking.js'
import type { TestView } from './view.js'

/**
 * What the test split says of the winner. Numbers and words are those of `src/overfit`.
 *
 * @returns null for a study whose data are its program's own affair, and before the data were read
 */
export function testOf(
  { spec, preparation, finalists = [], trials }: StudyDocument,
  language: Language,
): TestView | null {
  const { task, objective } = spec
  const { languageModel } = kindOf(task)
  if (!languageModel || !preparation) return null
  const { test: examples = 0 } = preparation.data
  if (examples === 0)
    return {
      examples,
      sentences: [testAbsent(languageModel.test(task) === 'auto' ? 'few' : 'not-asked', language)],
      standings: [],
    }
  const standings = rankOnTest(finalists, examples)
  const [winner] = ranking(trials, spec.direction)
  if (standings.length === 0 || !winner)
    return { examples, sentences: [testPending(examples, language)], standings: [] }
  return {
    examples,
    sentences: testSentences(
      { examples, standings, chosen: winner.number, ...(objective ? { objective } : {}) },
      language,
    ),
    standings,
  }
}

const HEADINGS: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'Trial',
    'Rank by test loss',
    'could be',
    'Test loss',
    'Validation loss',
    'Looked better by',
  ],
  zh: ['试验', '测试损失排名', '可能名次', '测试损失', '验证损失', '高估'],
}

/** The finalists as a table: losses in nats per token, ± one standard error. */
export function finalistsTable(
  { standings }: TestView,
  language: Language,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const rows = standings.map(
    ({ number, rank, ranks: [best, worst], test, validation, optimism }) => [
      String(number),
      String(rank),
      best === worst ? String(best) : `${best}–${worst}`,
      plusMinus(test),
      loss(validation.loss),
      plusMinus(optimism),
    ],
  )
  return { header: HEADINGS[language], rows }
}
