import { isJsonObject, type JsonObject } from '../format/json-file.js'
import { ROLES, turn, type Conversation, type Turn } from './conversation.js'

export type ReadRecord =
  | { readonly kind: 'conversation'; readonly format: string; readonly turns: Conversation }
  /** Nothing to learn from; `reason` is for people. */
  | { readonly kind: 'dropped'; readonly format: string | null; readonly reason: string }

/** Names of the fields that hold a question, and an answer, in order of preference. */
export const PROMPT_FIELDS = ['prompt', 'question', 'query', 'instruction', 'input', 'problem'] as const
export const ANSWER_FIELDS = ['answer', 'response', 'completion', 'output', 'chosen', 'solution', 'target'] as const

/** The shapes that are understood, as help. */
export const SHAPES = 'Use {"prompt", "answer"}, {"instruction", "input", "output"}, {"messages": [{"role", "content"}]} or {"conversations": [{"from", "value"}]}'

/** Reads one record of a data set, whatever common shape it has; the fields it has decide. */
export function readRecord(value: unknown): ReadRecord {
  if (!isJsonObject(value)) return { kind: 'dropped', format: null, reason: `the record is ${describe(value)}, not an object` }
  for (const [field, format] of [['messages', 'OpenAI messages'], ['conversations', 'ShareGPT conversations'], ['conversation', 'conversation']] as const) {
    if (Array.isArray(value[field])) return conversationOf(format, [...systemOf(value), ...value[field].map(readTurn)])
  }
  return readPair(value)
}

function readPair(record: JsonObject): ReadRecord {
  const answerField = ANSWER_FIELDS.find(field => isThere(record[field]))
  const promptField = PROMPT_FIELDS.find(field => isThere(record[field]))
  if (promptField === undefined) {
    return { kind: 'dropped', format: null, reason: `no question in the fields ${Object.keys(record).slice(0, 8).map(name => JSON.stringify(name)).join(', ') || '(none)'}` }
  }
  const alpaca = promptField === 'instruction'
  const format = alpaca ? `Alpaca (instruction, input, ${answerField ?? 'output'})` : `prompt and answer (${promptField}, ${answerField ?? 'answer'})`
  if (answerField === undefined) return { kind: 'dropped', format, reason: 'no answer' }
  const question = turnsOf('user', record[promptField])
  // An instruction's input is the text it is about, and often empty
  const about = alpaca && typeof record.input === 'string' ? record.input.trim() : ''
  const asked = about === '' ? question : question.map(ask => (typeof ask === 'string' ? ask : turn(ask.role, `${ask.content.trim()}\n${about}`.trim())))
  return conversationOf(format, [...systemOf(record), ...historyOf(record.history), ...asked, ...turnsOf('assistant', record[answerField])])
}

/** Turns, or why there is none. */
type Read = Turn | string

function conversationOf(format: string, turns: readonly Read[]): ReadRecord {
  const problem = turns.find(read => typeof read === 'string')
  if (problem !== undefined) return { kind: 'dropped', format, reason: problem }
  // A question left open at the end teaches nothing
  const conversation = (turns as readonly Turn[]).slice(0, turns.findLastIndex(read => (read as Turn).role === 'assistant') + 1)
  if (conversation.length === 0) return { kind: 'dropped', format, reason: 'no answer' }
  if (!conversation.some(({ trained, content }) => trained && content.trim() !== '')) return { kind: 'dropped', format, reason: 'the answer is empty' }
  const first = conversation.find(({ role }) => role !== 'system')!
  if (first.role === 'assistant') return { kind: 'dropped', format, reason: 'the answer comes before any question' }
  if (first.content.trim() === '') return { kind: 'dropped', format, reason: 'the question is empty' }
  return { kind: 'conversation', format, turns: conversation.map(it => (it.content.trim() === '' ? { ...it, trained: false } : it)) }
}

/** A question or answer is a text, a number, or itself a list of messages. */
function turnsOf(role: 'user' | 'assistant', value: unknown): Read[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isJsonObject)) return value.map(readTurn)
  const text = readText(value)
  return [text === null ? `the ${role === 'user' ? 'question' : 'answer'} is ${describe(value)}, not text` : turn(role, text)]
}

function readTurn(value: unknown): Read {
  if (!isJsonObject(value)) return `a message is ${describe(value)}, not an object`
  const name = value.role ?? value.from
  const role = typeof name === 'string' && Object.hasOwn(ROLES, name.toLowerCase()) ? ROLES[name.toLowerCase()] : undefined
  if (role === undefined) return `a message has the role ${JSON.stringify(name) ?? 'of nobody'}, which is not one of ${Object.keys(ROLES).slice(0, 6).join(', ')}`
  const said = 'content' in value ? value.content : value.value
  const text = readText(said)
  if (text !== null) return turn(role, text, role === 'assistant' && value.weight !== 0)
  if (isCall(value)) return 'a message calls a tool, which is not supported yet'
  return `a message of the ${role} is ${describe(said)}, not text`
}

function isCall({ tool_calls: calls, function_call: call }: JsonObject): boolean {
  return isJsonObject(call) || (Array.isArray(calls) && calls.length > 0)
}

/** Text, a number or truth value as text, or OpenAI's list of text parts; null for anything else. */
function readText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value) || value.length === 0) return null
  const parts = value.map((part: unknown) => (typeof part === 'string' ? part : isJsonObject(part) && typeof part.text === 'string' ? part.text : null))
  return parts.includes(null) ? null : parts.join('')
}

function systemOf({ system, system_prompt: prompt }: JsonObject): Turn[] {
  const text = [system, prompt].find(value => typeof value === 'string' && value.trim() !== '')
  return text === undefined ? [] : [turn('system', text as string)]
}

/** Alpaca's `history`: pairs of question and answer that went before. */
function historyOf(history: unknown): Read[] {
  if (!Array.isArray(history)) return []
  return history.flatMap((pair: unknown): Read[] => {
    if (!Array.isArray(pair) || pair.length !== 2) return ['history is not a list of pairs']
    return [...turnsOf('user', pair[0]), ...turnsOf('assistant', pair[1])]
  })
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
