import type { Place } from '../record/data-report.js'

/** Counts the questions that records answer differently. */
export class SeveralAnswers {
  /** The first answer of a question. */
  private readonly answers = new Map<string, string>()
  private readonly ambiguous = new Set<string>()
  /** Where the first question is answered otherwise than before. */
  first: Place | null = null

  /**
   * @param question equal for equal questions; null for a record that asks nothing
   * @param record equal for equal records
   */
  add(question: string | null, record: string, place: Place): void {
    if (question === null) return
    const answer = this.answers.get(question)
    if (answer === undefined) this.answers.set(question, record)
    else if (answer !== record) {
      this.ambiguous.add(question)
      this.first ??= place
    }
  }

  get count(): number {
    return this.ambiguous.size
  }
}
