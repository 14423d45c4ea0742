import { l } from 'js-rouge'

/**
 * ROUGE-L, F1 over words, letters' case aside: each answer as one sentence.
 *
 * Source: Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3.
 */
export function rougeL(answer: string, reference: string): number {
  const [answerCount, referenceCount] = [words(answer).length, words(reference).length]
  if (answerCount === 0 || referenceCount === 0) return Number(answerCount === referenceCount)
  return l(answer, reference, {
    caseSensitive: false,
    tokenizer: words,
    segmenter: text => [text],
    beta: 1,
  })
}

/** Runs of letters and digits of any script; those of scripts without spaces letter by letter. */
function words(text: string): string[] {
  return (
    text
      .toLowerCase()
      .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu) ?? []
  )
}
