import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTokenizer, type Tokenizer } from '../../src/model-folder/tokenizer.js'
import { STORIES, tinyTokenizer, tokenizers, type TokenizerCase } from './fixtures.js'

describe.each(['normalizer', 'metaspace', 'byte level'] as const)(
  'a tokenizer of the kind "%s"',
  kind => {
    it('cuts and joins every text as transformers does', async () => {
      expectSame(await tinyTokenizer(kind), tokenizers[kind].cases)
    })

    it('gives any text back', async () => {
      const tokenizer = await tinyTokenizer(kind)
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => {
          // U+2581 is how these tokenizers write a space
          const expected = kind === 'byte level' ? text : text.replaceAll('▁', ' ')
          const decoded = tokenizer.decode(tokenizer.encode(text, { addSpecial: false }))
          // Metaspace takes a space in front for the one it would add
          expect(kind === 'metaspace' ? decoded.replace(/^ /, '') : decoded).toBe(
            kind === 'metaspace' ? expected.replace(/^ /, '') : expected,
          )
        }),
      )
    })
  },
)

const expectation = new URL('../golden/tokenizer-stories260k.json', import.meta.url)

describe.skipIf(!existsSync(STORIES))('the tokenizer of stories260K', () => {
  it('cuts and joins every text as transformers does', async () => {
    const config = JSON.parse(readFileSync(`${STORIES}/config.json`, 'utf8')) as Record<
      string,
      unknown
    >
    const tokenizer = await openTokenizer(STORIES, config)
    expectSame(tokenizer, JSON.parse(readFileSync(expectation, 'utf8')) as TokenizerCase[])
    expect(tokenizer).toMatchObject({
      vocabulary: 512,
      contextLength: 512,
      bos: 1,
      eos: [2, 1],
      pad: null,
      hasTemplate: false,
      endOfTurn: 2,
    })
  })
})

describe('special tokens', () => {
  it('come from tokenizer_config.json before special_tokens_map.json and the ids of config.json', async () => {
    expect(await tinyTokenizer('normalizer')).toMatchObject({ bos: 1, eos: [2], pad: null })
    expect(
      await tinyTokenizer('normalizer', undefined, {
        eos_token: { content: '<s>' },
        pad_token: '<unk>',
      }),
    ).toMatchObject({ eos: [1], pad: 0 })
  })

  it('stand around a text as tokenizer_config.json says', async () => {
    const plain = (await tinyTokenizer('normalizer')).encode('a', { addSpecial: false })
    const encode = async (config: object): Promise<number[]> =>
      (await tinyTokenizer('normalizer', undefined, config)).encode('a')
    expect(await encode({})).toEqual([1, ...plain])
    expect(await encode({ add_bos_token: false })).toEqual(plain)
    expect(await encode({ add_bos_token: true, add_eos_token: true })).toEqual([1, ...plain, 2])
  })

  it('must name an end of sequence', async () => {
    await expect(tinyTokenizer('normalizer', undefined, { eos_token: null })).rejects.toThrow(
      /names no end-of-sequence token\. Add eos_token/,
    )
  })
})

function expectSame(tokenizer: Tokenizer, cases: readonly TokenizerCase[]): void {
  expect(cases.length).toBeGreaterThan(300)
  const got = cases.map(({ text, ids }) => ({
    text,
    ids: tokenizer.encode(text, { addSpecial: false }),
    special: tokenizer.encode(text),
    decoded: tokenizer.decode(ids, { skipSpecial: true }),
    plain: tokenizer.decode(ids, { skipSpecial: false }),
  }))
  expect(got).toEqual(cases)
}
