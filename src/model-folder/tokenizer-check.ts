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
      if (beyond !== undefined) throw beyondEmbedding(dir, vocabulary, tokenizer, beyond)
      return ids
    },
  }
}

function beyondEmbedding(
  dir: string,
  vocabulary: number,
  tokenizer: Tokenizer,
  id: number,
): UserError {
  const token = tokenizer.decode([id], { skipSpecial: false })
  return new UserError(
    dir,
    `the token ${JSON.stringify(token)} has the id ${id} ` +
      `and the model's embedding ends at ${vocabulary - 1}`,
    'Use the tokenizer of this model, or leave the token out of texts and template',
  )
}

const CONVERSATION: readonly Message[] = [
  { role: 'user', content: 'Who are you?' },
  { role: 'assistant', content: 'I am Ada.' },
]

/**
 * Encodes texts and a conversation, so that a tokenizer which cannot serve this model is refused
 * when the model is opened.
 *
 * @param tokenizer as `withinEmbedding` gives it
 * @throws UserError for an id beyond the embedding, and for text that is lost although the
 *   vocabulary has tokens for its bytes
 */
export function checkTokenizer(dir: string, vocabulary: number, tokenizer: Tokenizer): void {
  const hasBytes = ['<0x00>', '<0xFF>'].every(
    token => tokenizer.tokenId(token) !== null && tokenizer.tokenId(token) !== tokenizer.unknown,
  )
  for (const text of CHECK_TEXTS) {
    const ids = encoded(dir, tokenizer, text)
    const { unknown } = tokenizer
    if (!hasBytes || unknown === null || !ids.includes(unknown)) continue
    const token = tokenizer.decode([unknown], { skipSpecial: false })
    throw new UserError(
      dir,
      `the tokenizer makes ${token} of a part of ${JSON.stringify(text)}, ` +
        'although it has tokens for bytes',
      'Set byte_fallback to true in the model of tokenizer.json',
    )
  }
  encoded(dir, tokenizer, tokenizer.renderChat(CONVERSATION, { generationPrompt: false }))
  const end = tokenizer.endOfTurn ?? tokenizer.eos[0]!
  if (end >= vocabulary) throw beyondEmbedding(dir, vocabulary, tokenizer, end)
}

function encoded(dir: string, tokenizer: Tokenizer, text: string): readonly number[] {
  try {
    return tokenizer.encode(text, { addSpecial: false })
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      dir,
      `the tokenizer cannot encode ${JSON.stringify(text)}: ${(error as Error).message}`,
      'Use a model with another tokenizer',
    )
  }
}
