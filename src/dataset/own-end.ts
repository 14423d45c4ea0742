import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { Turn } from './conversation.js'

/** Ends of answers that other models have. */
const ENDS = [
  ...['</s>', '<|im_end|>', '<|endoftext|>', '<|eot_id|>', '<|end|>', '<eos>', '<end_of_turn>'],
  ...['<|end_of_text|>', '<｜end▁of▁sentence｜>', '[EOS]', '<eoa>', '<|eom_id|>'],
]

/**
 * A turn without the end token that an answer brings along, since the chat template writes one.
 * What is done is noted, and so is an end that is none of this model's.
 */
export function withoutOwnEnd(turn: Turn, tokenizer: Tokenizer, notes: Set<string>): Turn {
  if (turn.role !== 'assistant') return turn
  const own = new Set(
    [tokenizer.endOfTurn, ...tokenizer.eos].flatMap(id =>
      id === null ? [] : [tokenizer.decode([id], { skipSpecial: false })],
    ),
  )
  let content = turn.content
  for (;;) {
    const plain = content.trimEnd()
    const end = [...own].find(text => text !== '' && plain.endsWith(text))
    const shorter = end === undefined ? '' : plain.slice(0, -end.length)
    if (end === undefined || shorter.trim() === '') break
    content = shorter
    notes.add(`answers end with ${end} themselves: it is left out, since the template writes one`)
  }
  const foreign = ENDS.find(text => !own.has(text) && content.trimEnd().endsWith(text))
  if (foreign !== undefined)
    notes.add(`answers end with ${foreign}, which is no end token of this model: trained as text`)
  return content === turn.content ? turn : { ...turn, content }
}
