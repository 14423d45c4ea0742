import { rougeL } from './rouge.js'

/** What the answers are held against the data's by: means over them, each in 0..1. */
export interface Scores {
  /** Equal, but for white space at the ends and in between. */
  readonly exactMatch: number
  /** The data's answer stands somewhere in the model's. */
  readonly contains: number
  /** F-measure of the longest common subsequence of words. */
  readonly rougeL: number
}

/** @param pairs answers of the model, and those of the data; not empty */
export function meanScores(
  pairs: readonly { readonly answer: string; readonly reference: string }[],
): Scores {
  const mean = (score: (answer: string, reference: string) => number): number =>
    pairs.reduce((sum, { answer, reference }) => sum + score(plain(answer), plain(reference)), 0) /
    pairs.length
  return {
    exactMatch: mean((answer, reference) => Number(answer === reference)),
    contains: mean((answer, reference) => Number(reference !== '' && answer.includes(reference))),
    rougeL: mean(rougeL),
  }
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}
