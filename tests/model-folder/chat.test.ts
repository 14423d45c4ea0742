import { describe, expect, it } from 'vitest'
import { turn } from '../../src/dataset/conversation.js'
import { encodeConversation } from '../../src/dataset/encode.js'
import { DEFAULT_TEMPLATE } from '../../src/model-folder/chat-template.js'
import { chatTemplates, tinyTokenizer } from './fixtures.js'

describe.each(Object.entries(chatTemplates))(
  'the chat template "%s"',
  (_name, { template, cases }) => {
    it('renders as in transformers, and rejects what it rejects there', async () => {
      const tokenizer = await tinyTokenizer('byte level', template)
      const render = (
        messages: (typeof cases)[number]['messages'],
        generationPrompt: boolean,
      ): string | null => {
        try {
          return tokenizer.renderChat(messages, { generationPrompt })
        } catch {
          return null
        }
      }
      expect(
        cases.map(({ messages }) => ({
          messages,
          asked: render(messages, true),
          answered: render(messages, false),
        })),
      ).toEqual(cases)
    })
  },
)

describe('a model without a chat template', () => {
  it('talks in the default dialogue', async () => {
    const tokenizer = await tinyTokenizer('normalizer')
    expect(tokenizer.hasTemplate).toBe(false)
    expect(tokenizer.chatTemplate).toBe(DEFAULT_TEMPLATE)
    expect(chatTemplates.default!.template).toBe(DEFAULT_TEMPLATE)
    expect(tokenizer.renderPrompt([{ role: 'user', content: 'Who are you?' }])).toBe(
      '<s>Who are you?\n',
    )
  })
})

describe('a tokenizer that drops line breaks', () => {
  const wordPiece = {
    added_tokens: ['[UNK]', '[SEP]'].map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true }, pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null, decoder: { type: 'WordPiece', prefix: '##' },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: { '[UNK]': 0, '[SEP]': 1, hi: 2, yes: 3, no: 4 } },
  } // prettier-ignore
  const config = { bos_token: null, eos_token: '[SEP]', unk_token: '[UNK]' }

  it('has the turns of the default dialogue parted by its end token', async () => {
    const tokenizer = await tinyTokenizer(wordPiece, undefined, config)
    expect(tokenizer.keepsLineBreaks).toBe(false)
    const ids = tokenizer.encode(tokenizer.renderPrompt([{ role: 'user', content: 'hi' }]), {
      addSpecial: false,
    })
    expect(ids).toEqual([2, 1])
    const { examples } = encodeConversation(
      tokenizer,
      [turn('system', 'no'), turn('user', 'hi'), turn('assistant', 'yes'), turn('user', 'hi'), turn('assistant', 'no')],
      100,
    ) // prettier-ignore
    expect(examples.map(example => [...example.ids])).toEqual([[4, 1, 2, 1, 3, 1, 2, 1, 4, 1]])
    expect([...examples[0]!.lossMask]).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 1, 1])
  })

  it('is not asked to part them where it keeps line breaks', async () => {
    const tokenizer = await tinyTokenizer('byte level')
    expect(tokenizer.keepsLineBreaks).toBe(true)
    expect(tokenizer.chatTemplate).toBe(DEFAULT_TEMPLATE)
  })
})

describe('the token that ends an answer', () => {
  it.each([
    ['default', '</s>'],
    ['chatml', '<|im_end|>'],
    ['headers', '<|im_end|>'],
    ['zephyr', '</s>'],
    ['strict', '</s>'],
    ['thinking', '</s>'],
    ['last', '<|im_end|>'],
    ['endless', null],
  ])('is found in the template "%s"', async (name, token) => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates[name]!.template)
    expect(
      tokenizer.endOfTurn === null
        ? null
        : tokenizer.decode([tokenizer.endOfTurn], { skipSpecial: false }),
    ).toBe(token)
    if (tokenizer.endOfTurn !== null) expect(tokenizer.eos).toContain(tokenizer.endOfTurn)
  })
})

describe('a broken chat template', () => {
  it('is refused with what is wrong', async () => {
    await expect(tinyTokenizer('byte level', '{% for %}')).rejects.toThrow(
      /the chat template cannot be used: .*Mend chat_template/,
    )
  })
})
