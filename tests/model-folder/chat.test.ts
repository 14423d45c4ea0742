import { describe, expect, it } from 'vitest'
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
