import type { Tokenizer } from '../model-folder/tokenizer.js'
import type { Conversation, Turn } from './conversation.js'

const THOUGHTS = new Set(['reasoning_content', 'thinking', 'reasoning', 'think', 'thought'])

/** Characters before an answer that a template may have put into the question's end. */
const LEAD = 64

/**
 * What a chat template leaves out of an answer.
 *
 * @param added what the template writes for the answer, a few characters before it included
 */
export function answerLosses(answer: Turn, added: string): string[] {
  const written = squeezed(added)
  const losses: string[] = []
  if (!written.includes(squeezed(answer.content)))
    losses.push(
      answer.content.includes('</think>')
        ? 'the chat template cuts the thought out of an answer'
        : 'the chat template changes the text of an answer or leaves it out',
    )
  for (const [name, value] of Object.entries(answer.fields ?? {}))
    if (THOUGHTS.has(name) && typeof value === 'string' && !written.includes(squeezed(value)))
      losses.push(`the chat template does not write the answer's ${JSON.stringify(name)}`)
  for (const { function: call } of answer.tool_calls ?? [])
    if (!added.includes(call.name)) losses.push('the chat template leaves out the call of a tool')
  return losses
}

/** The part of a rendering in which an answer's text is looked for. */
export function answerPart(through: string, promptLength: number): string {
  return through.slice(Math.max(0, promptLength - LEAD))
}

/**
 * What a chat template leaves out of a conversation besides its answers: turns, fields of messages
 * and descriptions of tools.
 *
 * @param rendered the whole conversation
 */
export function conversationLosses(
  tokenizer: Tokenizer,
  conversation: Conversation,
  tools: readonly unknown[] | undefined,
  rendered: string,
): string[] {
  const written = squeezed(rendered)
  const losses = new Set<string>()
  for (const { role, content } of conversation) {
    if (role === 'assistant' || written.includes(squeezed(content))) continue
    // A result of a tool may be written as JSON within JSON
    if (role !== 'tool' || !written.includes(squeezed(JSON.stringify(content)).slice(1, -1)))
      losses.add(`the chat template leaves out the text of a ${role} turn`)
  }
  const render = (turns: Conversation, withTools: typeof tools): string | null => {
    try {
      return tokenizer.renderChat(turns, { generationPrompt: false, tools: withTools })
    } catch {
      return null
    }
  }
  const names = new Set(conversation.flatMap(({ fields = {} }) => Object.keys(fields)))
  for (const name of names) {
    if (THOUGHTS.has(name) && conversation.every(turn => isAnswerWith(turn, name))) continue
    if (
      render(
        conversation.map(turn => without(turn, name)),
        tools,
      ) === rendered
    )
      losses.add(`the message field ${JSON.stringify(name)} is not read by the chat template`)
  }
  if (tools && render(conversation, undefined) === rendered)
    losses.add('the chat template does not write the descriptions of tools')
  return [...losses]
}

/** Thoughts are looked for in each answer. */
function isAnswerWith({ role, fields = {} }: Turn, name: string): boolean {
  return !(name in fields) || (role === 'assistant' && typeof fields[name] === 'string')
}

function without(turn: Turn, name: string): Turn {
  if (turn.fields === undefined || !(name in turn.fields)) return turn
  return {
    ...turn,
    fields: Object.fromEntries(Object.entries(turn.fields).filter(([field]) => field !== name)),
  }
}

/** Templates put spaces and line breaks where they like. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, '')
}
