import { spaceEnd, spaceStart } from './white-space.js'

/** A token that is found in texts before they are tokenized. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  /** Only between characters that are no part of a word. */
  readonly singleWord: boolean
  /** White space before it, or behind it, belongs to it. */
  readonly stripLeft: boolean
  readonly stripRight: boolean
  /** It is found in the normalized text, in its own normalized form. */
  readonly normalized: boolean
  /** It is left out of a decoded text. */
  readonly special: boolean
}

/** A part of a text: an added token, or text to tokenize. */
export type Section = { readonly id: number } | { readonly text: string }

const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d]'
const WORD_AT_END = new RegExp(`${WORD}$`, 'u')
const WORD_AT_START = new RegExp(`^${WORD}`, 'u')

interface Node {
  token?: AddedToken
  readonly next: Map<number, Node>
}

/**
 * Finds tokens in texts: at each place the longest.
 *
 * Source: tokenizers, tokenizer/added_vocabulary.rs, `find_matches`
 */
export class AddedTokenFinder {
  readonly #root: Node = { next: new Map() }

  /** @param patterns each token with the text that it is found by */
  constructor(patterns: Iterable<readonly [string, AddedToken]>) {
    for (const [pattern, token] of patterns) {
      let node = this.#root
      for (let i = 0; i < pattern.length; i++) {
        const unit = pattern.charCodeAt(i)
        let next = node.next.get(unit)
        if (!next) node.next.set(unit, (next = { next: new Map() }))
        node = next
      }
      if (node !== this.#root) node.token ??= token
    }
  }

  split(text: string): Section[] {
    if (this.#root.next.size === 0) return text === '' ? [] : [{ text }]
    const sections: Section[] = []
    let done = 0
    for (let at = 0; at < text.length;) {
      const [token, length] = this.#longest(text, at)
      if (!token) {
        at++
        continue
      }
      const from = at
      at += length
      // A match that isn't a word of its own hides no other one: it is text
      if (token.singleWord && !isWholeWord(text, from, at)) continue
      const start = token.stripLeft ? spaceStart(text, from, done) : from
      const end = token.stripRight ? spaceEnd(text, at) : at
      if (done < start) sections.push({ text: text.slice(done, start) })
      sections.push({ id: token.id })
      done = end
      at = Math.max(at, end)
    }
    if (done < text.length) sections.push({ text: text.slice(done) })
    return sections
  }

  #longest(text: string, start: number): readonly [AddedToken | undefined, number] {
    let node = this.#root.next.get(text.charCodeAt(start))
    let token: AddedToken | undefined
    let length = 0
    for (let end = start + 1; node; node = node.next.get(text.charCodeAt(end++))) {
      if (!node.token) continue
      token = node.token
      length = end - start
    }
    return [token, length]
  }
}

function isWholeWord(text: string, start: number, end: number): boolean {
  return (
    !WORD_AT_END.test(text.slice(Math.max(0, start - 2), start)) &&
    !WORD_AT_START.test(text.slice(end, end + 2))
  )
}
