import * as library from '@huggingface/tokenizers'
import { isJsonObject } from '../json-file.js'

const { SplitPreTokenizer } = library as unknown as {
  readonly SplitPreTokenizer: new (config: object) => { readonly pattern: RegExp | null }
}

/**
 * A pattern of tokenizer.json as a global expression: a text, or an expression of Oniguruma, which
 * the library rewrites for JavaScript.
 *
 * @throws Error where it cannot be rewritten
 */
export function readPattern(pattern: unknown): RegExp {
  if (!isJsonObject(pattern) || !('String' in pattern || 'Regex' in pattern))
    throw new Error(`the pattern ${JSON.stringify(pattern)} is not supported`)
  return new SplitPreTokenizer({ pattern, invert: false }).pattern!
}

/** What becomes of the matches of a pattern. */
export type SplitBehavior =
  'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous'

interface Piece {
  text: string
  readonly isMatch: boolean
}

/**
 * Splits a text at the matches of a pattern.
 *
 * Source: tokenizers, tokenizer/normalizer.rs, `split`
 *
 * @param pattern global
 * @param invert the text between the matches counts as matches
 */
export function split(
  text: string,
  pattern: RegExp,
  behavior: SplitBehavior,
  invert = false,
): string[] {
  const pieces = findMatches(text, pattern, invert)
  const parts = joined(pieces, behavior)
  return parts.filter(part => part !== '')
}

function findMatches(text: string, pattern: RegExp, invert: boolean): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (const match of text.matchAll(pattern)) {
    const [found] = match
    if (found === '') continue
    if (match.index > done) pieces.push({ text: text.slice(done, match.index), isMatch: invert })
    pieces.push({ text: found, isMatch: !invert })
    done = match.index + found.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isMatch: invert })
  return pieces
}

function joined(pieces: readonly Piece[], behavior: SplitBehavior): string[] {
  switch (behavior) {
    case 'Isolated':
      return pieces.map(({ text }) => text)
    case 'Removed':
      return pieces.filter(({ isMatch }) => !isMatch).map(({ text }) => text)
    case 'Contiguous':
      return fold(pieces, (piece, previous) => piece.isMatch === previous.isMatch)
    case 'MergedWithPrevious':
      return fold(pieces, (piece, previous) => piece.isMatch && !previous.isMatch)
    case 'MergedWithNext':
      return foldBackwards(pieces)
  }
}

/** @param joins whether a piece is added to the part that the piece before it is in */
function fold(
  pieces: readonly Piece[],
  joins: (piece: Piece, previous: Piece) => boolean,
): string[] {
  const parts: string[] = []
  pieces.forEach((piece, i) => {
    if (i > 0 && joins(piece, pieces[i - 1]!)) parts[parts.length - 1] += piece.text
    else parts.push(piece.text)
  })
  return parts
}

function foldBackwards(pieces: readonly Piece[]): string[] {
  const parts: string[] = []
  for (let i = pieces.length - 1; i >= 0; i--) {
    const { text, isMatch } = pieces[i]!
    const next = pieces[i + 1]
    if (next && isMatch && !next.isMatch) parts[parts.length - 1] = text + parts.at(-1)!
    else parts.push(text)
  }
  return parts.reverse()
}
