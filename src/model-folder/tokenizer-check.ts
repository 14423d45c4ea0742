import { UserError } from '../errors.js'
import type { Message } from './chat.js'
import type { Tokenizer } from './tokenizer.js'

/**
 * Texts of each kind that data have: a tokenizer that loses one of them loses them in training too.
 */
export const CHECK_TEXTS: readonly string[] = [
  'Hello, world!',
  '0123456789 3.14 2024-06-15',
  'one\ntwo\n\nthree',
  'one\r\ntwo',
  '\tif (x[0] == y) { return "a\\b"; } // 50% <b>',
  '你好，世界。今天是星期三！',
  '🙂 👍🏽 👩‍👩‍👧 🇫🇷',
  'ﾊﾝｶｸ ｶﾅ ＦＵＬＬ',
  'Ünïcödé Привет مرحبا',
]

/**
 * A tokenizer that refuses a text with an id that the model has no embedding for. Tokens that no
 * text holds may have such ids: transformers loads these models too.
 */
export function withinEmbedding(dir: string, vocabulary: number, tokenizer: Tokenizer): Tokenizer {
  return {
    ...tokenizer,
    encode(text, options) {
      const ids = tokenizer.encode(text, options)
      const beyond = ids.find(id => id >= vocabulary)
      if (beyond === undefined) return ids
      const token = tokenizer.decode([beyond], { skipSpecial: false })
      throw new UserError(
        dir,
        `the token ${JSON.stringify(token)} has the id ${beyond} ` +
          `and the model's embedding ends at ${vocabulary - 1}`,
        'Use the tokenizer of this model, or leave the token out of texts and template',
      )
    },
  }
}

const CONVERSATION: readonly Message[] = [
  { role: 'user', content: 'Who are you?' },
  { role: 'assistant', content: 'I am Ada.' },
]

/**
 * Encodes the texts and a conversation, so that a tokenizer which cannot serve this model is
 * refused when the model is opened.
 *
 * @throws UserError for an id beyond the embedding
 */
export function checkTokenizer(tokenizer: Tokenizer): void {
  for (const text of CHECK_TEXTS) tokenizer.encode(text)
  tokenizer.encode(tokenizer.renderChat(CONVERSATION, { generationPrompt: false }), {
    addSpecial: false,
  })
}
