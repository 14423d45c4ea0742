import type { Message } from '../model-folder/chat.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { Conversation, Turn } from './conversation.js'
import type { Example } from './example.js'
import { answerLosses, answerPart, conversationLosses } from './template-losses.js'
import { withoutOwnEnd } from './own-end.js'
import { callsAsText } from './tool-calls.js'
import { optional } from '../util/optional.js'

export interface Encoded {
  readonly examples: readonly Example[]
  /** How many were cut to the limit. */
  readonly truncated: number
  /** An answer began behind the limit, and nothing before it was left to train on. */
  readonly overlong: boolean
  /** What the chat template left out and what was changed for it; a report counts them. */
  readonly notes: readonly string[]
}

/** A question alone, as transformers asks it: with what the template opens an answer with. */
export function encodePrompt(tokenizer: Tokenizer, prompt: string): Int32Array {
  return encodeChat(tokenizer, [{ role: 'user', content: prompt }])
}

/** A conversation that ends with a question, as transformers asks it. */
export function encodeChat(tokenizer: Tokenizer, messages: readonly Message[]): Int32Array {
  return Int32Array.from(tokenizer.encode(tokenizer.renderPrompt(messages), { addSpecial: false }))
}

/**
 * Encodes a conversation with its answers marked. An answer's place is found by rendering the
 * conversation up to it and through it: what the second adds to the first is the answer. Where a
 * template renders earlier turns otherwise than the last, so that one rendering doesn't begin with
 * the other, a new example begins: each is then what the model sees when it is askingText.
 *
 * @param limit most tokens of an example; what is beyond is cut off
 * @param tools descriptions of tools that the template is to tell the model about
 * @throws Error in the template's words where it rejects the conversation
 */
export function encodeConversation(
  tokenizer: Tokenizer,
  conversation: Conversation,
  limit: number,
  tools?: readonly unknown[],
): Encoded {
  const notes = new Set<string>()
  const readsCalls = tokenizer.templateReads('tool_calls', tools !== undefined)
  const messages = conversation
    .map(turn => (readsCalls ? turn : withoutCalls(turn)))
    .map(turn => withoutOwnEnd(turn, tokenizer, notes))
  const sequences: Sequence[] = []
  let current: Sequence | undefined
  let rendered = ''
  for (const [index, turn] of messages.entries()) {
    const { role, inLoss } = turn
    if (role !== 'assistant') continue
    const { prompt, through } = answerPlace(tokenizer, messages.slice(0, index + 1), tools, notes)
    rendered = through
    for (const loss of answerLosses(turn, answerPart(through, prompt.length))) notes.add(loss)
    if (!current || !prompt.startsWith(current.text))
      sequences.push((current = { text: '', ids: [], inLoss: [] }))
    // What is cut off anyway need not be encoded
    if (current.ids.length > limit) continue
    extend(tokenizer, current, prompt, false)
    extend(tokenizer, current, through, inLoss)
    if (tokenizer.endOfTurn === null) {
      // The format ends no answer: the end is taught behind each, and the next example sees it as
      // the template has it
      current.ids.push(tokenizer.eos[0]!)
      current.inLoss.push(inLoss)
      current = undefined
    }
  }
  for (const loss of conversationLosses(tokenizer, messages, tools, rendered)) notes.add(loss)
  const cutSequences = sequences.map(({ ids, inLoss }) => ({
    ids: ids.slice(0, limit),
    inLoss: inLoss.slice(0, limit),
    cut: ids.length > limit,
  }))
  const useful = cutSequences.filter(({ inLoss }) => inLoss.includes(true))
  return {
    examples: useful.map(({ ids, inLoss }) => ({
      ids: Int32Array.from(ids),
      lossMask: Uint8Array.from(inLoss, Number),
    })),
    truncated: useful.filter(({ cut }) => cut).length,
    overlong: useful.length === 0,
    notes: [...notes],
  }
}

/**
 * A conversation up to its last answer, and through it. The first is the asking prompt, less what
 * the template opens an answer with only when it asks. Where a template writes a question otherwise
 * once it is answered, the answer is put behind the question as it is asked.
 *
 * @throws Error where the answer is not in what the template writes
 */
function answerPlace(
  tokenizer: Tokenizer,
  messages: Conversation,
  tools: readonly unknown[] | undefined,
  notes: Set<string>,
): { readonly prompt: string; readonly through: string } {
  const through = tokenizer.renderChat(messages, { generationPrompt: false, tools })
  const askingText = tokenizer.renderPrompt(messages.slice(0, -1), tools)
  if (through.startsWith(askingText)) return { prompt: askingText, through }
  const { promptOpening: opening } = tokenizer
  const prompt = askingText.endsWith(opening)
    ? askingText.slice(0, askingText.length - opening.length)
    : askingText
  if (through.startsWith(prompt)) return { prompt, through }
  const content = messages.at(-1)!.content.trim()
  const start = content === '' ? -1 : through.lastIndexOf(content)
  if (start === -1) throw new Error('an answer is not where the generation prompt puts it')
  notes.add('the chat template writes a question otherwise once it is answered: trained as asked')
  const space = /\s*$/.exec(through.slice(0, start))![0].length
  return { prompt, through: prompt + through.slice(start - space) }
}

/**
 * A text to go on with, all of it trained but the first token, which nothing comes before. What is
 * longer than the limit goes on in further examples, each of which begins with the last token of
 * the one before: nothing is lost.
 */
export function encodeText(tokenizer: Tokenizer, text: string, limit: number): Example[] {
  const ids = tokenizer.encode(text)
  if (!tokenizer.eos.includes(ids.at(-1)!)) ids.push(tokenizer.eos[0]!)
  const examples: Example[] = []
  for (let at = 0; at < ids.length - 1; at += limit - 1) {
    const window = Int32Array.from(ids.slice(at, at + limit))
    examples.push({ ids: window, lossMask: new Uint8Array(window.length).fill(1, 1) })
  }
  return examples
}

function withoutCalls(turn: Turn): Turn {
  if (turn.tool_calls === undefined) return turn
  const { role, inLoss, fields } = turn
  return { role, content: callsAsText(turn), inLoss, ...optional({ fields }) }
}

interface Sequence {
  text: string
  ids: number[]
  inLoss: boolean[]
}

/** Goes on to `text`, which begins with the sequence's. */
function extend(tokenizer: Tokenizer, sequence: Sequence, text: string, inLoss: boolean): void {
  const added = continuation(tokenizer, sequence, text)
  // Behind the end of a turn a template may put a line break, which no generation reaches
  const end = inLoss ? endOfAnswer(tokenizer, added) : 0
  sequence.text = text
  for (const [i, id] of added.entries()) {
    sequence.ids.push(id)
    sequence.inLoss.push(i < end)
  }
}

function endOfAnswer({ endOfTurn }: Tokenizer, ids: readonly number[]): number {
  return endOfTurn !== null && ids.includes(endOfTurn) ? ids.lastIndexOf(endOfTurn) + 1 : ids.length
}

/**
 * Ids of what `text` adds. The text as a whole decides, as in transformers, so long as its first
 * tokens are those of the sequence; where a token straddles the seam, as generation never makes it,
 * the rest is encoded by itself.
 */
function continuation(
  tokenizer: Tokenizer,
  { text: before, ids }: Sequence,
  text: string,
): number[] {
  const seam = lastSeam(tokenizer, before, ids)
  const prefix = ids.slice(seam.id)
  const encoded = tokenizer.encode(text.slice(seam.offset), { addSpecial: false })
  if (beginsWith(encoded, prefix)) return encoded.slice(prefix.length)
  const addition = text.slice(before.length)
  // At the start of a text some tokenizers add a space: a few characters that were there before
  // stand in for it
  for (const lead of [before.slice(-1), '\n', '.']) {
    const leadIds = tokenizer.encode(lead, { addSpecial: false })
    const both = tokenizer.encode(lead + addition, { addSpecial: false })
    if (beginsWith(both, leadIds)) return both.slice(leadIds.length)
  }
  return tokenizer.encode(addition, { addSpecial: false })
}

/** Special tokens part a text: what is before the last end of a turn need not be encoded again. */
function lastSeam(
  tokenizer: Tokenizer,
  before: string,
  ids: readonly number[],
): { offset: number; id: number } {
  if (tokenizer.endOfTurn === null) return { offset: 0, id: 0 }
  const offset = before.lastIndexOf(tokenizer.decode([tokenizer.endOfTurn], { skipSpecial: false }))
  return offset === -1 ? { offset: 0, id: 0 } : { offset, id: ids.lastIndexOf(tokenizer.endOfTurn) }
}

function beginsWith(ids: readonly number[], start: readonly number[]): boolean {
  return ids.length >= start.length && start.every((id, i) => id === ids[i])
}
