/** How much less likely than the least likely token an unknown character is, in nats. */
const UNKNOWN_PENALTY = 10

interface Node {
  id: number
  readonly next: Map<string, Node>
}

/**
 * Segments texts so that the sum of the tokens' scores, log probabilities, is largest. A run of
 * unknown characters is one token, or the tokens of its bytes.
 *
 * Source: Kudo, "Subword Regularization", 2018, section 3.2; tokenizers, models/unigram/model.rs,
 * whose order of comparison decides between equal sums
 */
export class Unigram {
  readonly #vocabulary: readonly (readonly [string, number])[]
  readonly #unknown: number | null
  readonly #unknownScore: number
  readonly #ids: ReadonlyMap<string, number>
  readonly #byteIds: readonly number[] | null
  readonly #root: Node = { id: -1, next: new Map() }

  /**
   * @param vocabulary tokens with their scores
   * @param unknown id of the token for unknown characters
   * @param byteFallback unknown characters become the tokens `<0x00>` … of their bytes
   */
  constructor(
    vocabulary: readonly (readonly [string, number])[],
    unknown: number | null,
    byteFallback: boolean,
  ) {
    this.#vocabulary = vocabulary
    this.#unknown = unknown
    this.#unknownScore =
      vocabulary.reduce((least, [, score]) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY
    this.#ids = new Map(vocabulary.map(([token], id) => [token, id]))
    this.#byteIds = byteFallback
      ? Array.from(
          { length: 256 },
          (_, byte) =>
            this.#ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`) ?? -1,
        )
      : null
    for (const [token, id] of this.#ids) this.#add(token, id)
  }

  #add(token: string, id: number): void {
    let node = this.#root
    for (const character of token) {
      let next = node.next.get(character)
      if (!next) node.next.set(character, (next = { id: -1, next: new Map() }))
      node = next
    }
    if (node !== this.#root) node.id = id
  }

  /** @returns ids of the tokens of a text */
  tokenize(text: string): number[] {
    const characters = Array.from(text)
    const { ids, starts } = this.#bestPath(characters)
    const segments: { id: number; start: number; end: number }[] = []
    for (let end = characters.length; end > 0; end = starts[end]!) {
      const [id, start, later] = [ids[end]!, starts[end]!, segments.at(-1)]
      if (id === this.#unknown && later?.id === id) later.start = start
      else segments.push({ id, start, end })
    }
    return segments
      .reverse()
      .flatMap(({ id, start, end }) =>
        id === this.#unknown ? this.#unknownIds(characters.slice(start, end).join('')) : [id],
      )
  }

  /** For each end, the last token of the best path to it, and where that token starts. */
  #bestPath(characters: readonly string[]): { ids: Int32Array; starts: Int32Array } {
    const size = characters.length
    const scores = new Float64Array(size + 1)
    const ids = new Int32Array(size + 1)
    const starts = new Int32Array(size + 1).fill(-1)
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = score + scores[start]!
      if (starts[end] !== -1 && total <= scores[end]!) return
      scores[end] = total
      ids[end] = id
      starts[end] = start
    }
    for (let start = 0; start < size; start++) {
      let node = this.#root.next.get(characters[start]!)
      let isSingle = false
      for (let end = start + 1; node; node = node.next.get(characters[end++]!)) {
        if (node.id < 0) continue
        offer(start, end, node.id, this.#vocabulary[node.id]![1])
        if (end === start + 1) isSingle = true
      }
      if (isSingle) continue
      if (this.#unknown === null)
        throw new Error(`${JSON.stringify(characters[start])} has no token, and unk_id is missing`)
      offer(start, start + 1, this.#unknown, this.#unknownScore)
    }
    return { ids, starts }
  }

  #unknownIds(text: string): readonly number[] {
    const id = this.#ids.get(text)
    if (id !== undefined) return [id]
    if (this.#byteIds) {
      const bytes = Array.from(Buffer.from(text), byte => this.#byteIds![byte]!)
      if (!bytes.includes(-1)) return bytes
    }
    return [this.#unknown!]
  }
}
