import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Corpus {
  documentOf(seed: number, number: number): string
}
interface Pieces {
  learnPieces(
    texts: readonly string[],
    size: number,
  ): { pieces: string[]; merges: [string, string][] }
}

const scripts = new URL('../../scripts/pretrain/', import.meta.url)
const { documentOf } = (await import(new URL('corpus/text.mjs', scripts).href)) as Corpus
const { learnPieces } = (await import(new URL('bpe.mjs', scripts).href)) as Pieces

describe('the text that the model was pretrained on', () => {
  it('depends on seed and number alone', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(100_000), (seed, number) => {
        const first = documentOf(seed, number)
        documentOf(seed + 1, number)
        expect(documentOf(seed, number)).toBe(first)
      }),
    )
  })

  it('has nothing left over of its templates, and quotation marks in pairs', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => documentOf(7, number))
    expect(
      texts.filter(text => /[[\]{}|^_]|undefined| [,.?!]| {2}|[.,]{2}|[?!][.,]/.test(text)),
    ).toEqual([])
    expect(texts.filter(text => (text.match(/"/g) ?? []).length % 2 === 1)).toEqual([])
    expect(texts.filter(text => !/^["A-Z]/.test(text))).toEqual([])
  })

  it('does not repeat itself', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => documentOf(1, number))
    expect(new Set(texts).size).toBe(texts.length)
  })
})

describe('byte pair encoding', () => {
  it('merges the commonest neighbours first, inside words only', () => {
    const { pieces, merges } = learnPieces(['the cat, the hat', 'the the'], 272)
    expect(merges[0]).toEqual(['h', 'e'])
    expect(pieces).toContain('▁the')
    expect(pieces.some(piece => /.▁|[a-z],/.test(piece))).toBe(false)
  })

  it('starts with the special tokens and the 256 bytes', () => {
    const { pieces } = learnPieces(['aa aa'], 262)
    expect(pieces.slice(0, 3)).toEqual(['<unk>', '<s>', '</s>'])
    expect(pieces[3]).toBe('<0x00>')
    expect(pieces[258]).toBe('<0xFF>')
  })

  it('says so when the text has not that many pieces', () => {
    expect(() => learnPieces(['aa'], 500)).toThrow(/has only \d+ pieces/)
  })
})
