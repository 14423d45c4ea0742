import type { Example } from '../../dataset/example.js'

export interface Question {
  /** Everything before the example's last answer, with what the template opens an answer with. */
  readonly prompt: Int32Array
  /** That answer's tokens. */
  readonly answer: Int32Array
}

/**
 * The last question of each example and the answer that the data gives, as far as the example was
 * not cut.
 *
 * @param max     examples, taken from the front
 * @param opening ids of what the chat template ends an asking prompt with
 */
export function lastQuestions(
  examples: readonly Example[],
  max: number,
  opening: readonly number[] = [],
): readonly Question[] {
  return examples.slice(0, max).map(({ ids, lossMask }) => {
    const end = lossMask.lastIndexOf(1) + 1
    const start = lossMask.subarray(0, end).lastIndexOf(0) + 1
    const prompt = Int32Array.from([...ids.slice(0, start), ...opening])
    return { prompt, answer: ids.slice(start, end) }
  })
}
