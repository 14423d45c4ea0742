import { describe, expect, it } from 'vitest'
import { chatTemplates, tinyTokenizer } from './fixtures.js'
import { differing, golden, texts } from './thousand-texts.js'

describe.each(Object.entries(golden.tokenizers))(
  'a tokenizer of the kind of %s, for each of a thousand texts,',
  (_, { tokenizer: file, ids, special, decoded }) => {
    it('gives the tokens of transformers', async () => {
      const tokenizer = await tinyTokenizer(file, undefined, { unk_token: '<unk>' })
      expect(differing(text => tokenizer.encode(text, { addSpecial: false }), ids)).toEqual([])
      expect(differing(text => tokenizer.encode(text), special)).toEqual([])
    })

    it('gives the text back that transformers does', async () => {
      const tokenizer = await tinyTokenizer(file, undefined, { unk_token: '<unk>' })
      expect(
        differing(text => tokenizer.decode(tokenizer.encode(text, { addSpecial: false })), decoded),
      ).toEqual([])
    })
  },
)

describe.each(Object.entries(golden.chats))('the chat template "%s"', (name, expected) => {
  it('makes of a thousand texts what transformers makes of them', async () => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates[name]!.template)
    const backwards = (text: string): string => Array.from(text).reverse().join('')
    const dialogue = (text: string): string =>
      tokenizer.renderChat(
        [
          { role: 'user', content: text },
          { role: 'assistant', content: `${backwards(text)}.` },
        ],
        { generationPrompt: false },
      )
    expect(differing(dialogue, expected)).toEqual([])
  })
})

it('the texts differ, and are of all kinds', () => {
  expect(new Set(texts).size).toBeGreaterThan(980)
  for (const piece of golden.pieces.flat())
    expect(
      texts.some(text => text.includes(piece)),
      piece,
    ).toBe(true)
})
