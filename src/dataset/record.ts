import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'
import { columnValue, guessColumns, type Columns } from './columns.js'
import { ROLES, turn, type Conversation, type Turn } from './conversation.js'
import { dataJsonText, SourceNumber } from './readers/data-json.js'
import { readToolCalls } from './tool-calls.js'
import { optional } from '../util/optional.js'

export type ReadRecord =
  | {
      readonly kind: 'conversation'
      readonly format: string
      readonly columns: Columns
      readonly messages: Conversation
      readonly tools?: readonly unknown[]
    }
  /** A text to go on with: all of it is learnt. */
  | {
      readonly kind: 'text'
      readonly format: string
      readonly columns: Columns
      readonly text: string
    }
  /** Nothing to learn from; `reason` is for people. */
  | { readonly kind: 'dropped'; readonly format: string | null; readonly reason: string }

/** The shapes that are understood, as help. */
export const SHAPES =
  'Use {"prompt", "answer"}, {"instruction", "input", "output"}, ' +
  '{"messages": [{"role", "content"}]}, {"conversations": [{"from", "value"}]} or {"text"}, ' +
  'or say which columns are which: --columns prompt=NAME,answer=NAME'

/**
 * Reads one record of a data set, whatever common shape it has; the fields it has decide, or the
 * columns that are named.
 */
export function readRecord(value: unknown, named?: Columns): ReadRecord {
  if (!isJsonObject(value))
    return {
      kind: 'dropped',
      format: null,
      reason: `the record is ${describe(value)}, not an object`,
    }
  const columns = named ?? guessColumns(value)
  const fields = Object.fromEntries(
    Object.entries(columns).map(([role, name]) => [role, columnValue(value, name)]),
  )
  const read =
    columns.messages !== undefined
      ? readMessages(columns, fields)
      : columns.text !== undefined
        ? readPlain(columns, fields)
        : readPair(columns, fields, value)
  const tools = readTools(value)
  return read.kind === 'conversation' && tools !== null ? { ...read, tools } : read
}

function readMessages(columns: Columns, fields: JsonObject): ReadRecord {
  const name = columns.messages!
  const format =
    name === 'messages'
      ? 'OpenAI messages'
      : name === 'conversations'
        ? 'ShareGPT conversations'
        : name === 'conversation'
          ? 'conversation'
          : `messages (${name})`
  const list = readList(fields.messages)
  if (list === null)
    return {
      kind: 'dropped',
      format,
      reason: `${JSON.stringify(name)} is ${describe(fields.messages)}, not a list of messages`,
    }
  return checkConversation(format, columns, [...readSystem(fields), ...list.map(readTurn)])
}

function readPlain(columns: Columns, fields: JsonObject): ReadRecord {
  const format = `plain text (${columns.text!})`
  const text = readText(fields.text)
  if (text === null)
    return { kind: 'dropped', format, reason: `the text is ${describe(fields.text)}, not text` }
  if (text.trim() === '') return { kind: 'dropped', format, reason: 'the text is empty' }
  return { kind: 'text', format, columns, text }
}

function readPair(columns: Columns, fields: JsonObject, record: JsonObject): ReadRecord {
  if (columns.prompt === undefined || !isThere(fields.prompt)) {
    const named = columns.prompt === undefined ? '' : ` ${JSON.stringify(columns.prompt)}`
    return {
      kind: 'dropped',
      format: null,
      reason: `no question${named} in the fields ${
        Object.keys(record)
          .slice(0, 8)
          .map(name => JSON.stringify(name))
          .join(', ') || '(none)'
      }`,
    }
  }
  const alpaca = columns.input !== undefined || columns.prompt === 'instruction'
  const format = alpaca
    ? `Alpaca (${columns.prompt}, ${columns.input ?? 'input'}, ${columns.answer ?? 'output'})`
    : `prompt and answer (${columns.prompt}, ${columns.answer ?? 'answer'})`
  if (!isThere(fields.answer)) return { kind: 'dropped', format, reason: 'no answer' }
  const question = readTurns('user', fields.prompt)
  // An instruction's input is the text it is about, and often empty
  const about = typeof fields.input === 'string' ? fields.input.trim() : ''
  const questionTurns =
    about === ''
      ? question
      : question.map(ask =>
          typeof ask === 'string' ? ask : turn(ask.role, `${ask.content.trim()}\n${about}`.trim()),
        )
  return checkConversation(format, columns, [
    ...readSystem(fields),
    ...readHistory(fields.history),
    ...questionTurns,
    ...readTurns('assistant', fields.answer),
  ])
}

/** Turns, or why there is none. */
type Read = Turn | string

function checkConversation(format: string, columns: Columns, reads: readonly Read[]): ReadRecord {
  const problem = reads.find(read => typeof read === 'string')
  if (problem !== undefined) return { kind: 'dropped', format, reason: problem }
  // A question left open at the end teaches nothing
  const conversation = (reads as readonly Turn[]).slice(
    0,
    reads.findLastIndex(read => (read as Turn).role === 'assistant') + 1,
  )
  if (conversation.length === 0) return { kind: 'dropped', format, reason: 'no answer' }
  if (!conversation.some(it => it.inLoss && !isEmpty(it)))
    return {
      kind: 'dropped',
      format,
      reason: conversation.some(it => it.role === 'assistant' && !isEmpty(it))
        ? 'no answer of it is to be trained on'
        : 'the answer is empty',
    }
  const first = conversation.find(({ role }) => role !== 'system')!
  if (first.role === 'assistant')
    return { kind: 'dropped', format, reason: 'the answer comes before any question' }
  if (isEmpty(first)) return { kind: 'dropped', format, reason: 'the question is empty' }
  return {
    kind: 'conversation',
    format,
    columns,
    messages: conversation.map(it => (isEmpty(it) ? { ...it, inLoss: false } : it)),
  }
}

function isEmpty({ content, tool_calls: calls }: Turn): boolean {
  return content.trim() === '' && calls === undefined
}

/** A question or answer is a text, a number, or itself a list of messages. */
function readTurns(role: 'user' | 'assistant', value: unknown): Read[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isMessage)) return value.map(readTurn)
  const text = readText(value)
  return [
    text === null
      ? `the ${role === 'user' ? 'question' : 'answer'} is ${describe(value)}, not text`
      : turn(role, text),
  ]
}

function isMessage(value: unknown): boolean {
  return isJsonObject(value) && ('role' in value || 'from' in value)
}

function readTurn(value: unknown): Read {
  if (!isJsonObject(value)) return `a message is ${describe(value)}, not an object`
  const name = value.role ?? value.from
  const role =
    typeof name === 'string' && Object.hasOwn(ROLES, name.trim().toLowerCase())
      ? ROLES[name.trim().toLowerCase()]
      : undefined
  if (role === undefined)
    return (
      `a message has the role ${JSON.stringify(name) ?? 'of nobody'}, which is not one of ` +
      Object.keys(ROLES).slice(0, 6).join(', ')
    )
  const content = 'content' in value ? value.content : (value.value ?? value.text)
  const calls = readToolCalls(value, content)
  if (typeof calls === 'string') return calls
  const inLoss = role === 'assistant' && !untrained(value.weight)
  const extra = { ...optional({ tool_calls: calls }), ...toolReference(value) }
  if (calls)
    return {
      ...turn(
        role,
        name === 'function_call' || name === 'tool_call' ? '' : (readText(content) ?? ''),
        inLoss,
      ),
      ...extra,
    }
  const text = readText(content)
  if (text !== null) return { ...turn(role, text, inLoss), ...extra }
  // A tool may answer with data
  if (role === 'tool' && content !== null && content !== undefined)
    return { ...turn(role, dataJsonText(content)), ...extra }
  return `a message of the ${role} is ${describe(content)}, not text`
}

/** OpenAI's mark of a turn that is only read; text in formats that have nothing else. */
function untrained(weight: unknown): boolean {
  return weight === 0 || weight === '0'
}

/** Which tool a message is of: some templates print it. */
function toolReference({ role, name, tool_call_id: id }: JsonObject): {
  readonly name?: string
  readonly tool_call_id?: string
} {
  const tool = role === 'tool' || role === 'function'
  return optional({
    name: tool && typeof name === 'string' ? name : undefined,
    tool_call_id: tool && typeof id === 'string' ? id : undefined,
  })
}

/**
 * Text, a number or truth value as text, or OpenAI's list of text parts; null for anything else.
 */
function readText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof SourceNumber) return value.isFinite ? value.text : null
  // An XML element with attributes
  if (isJsonObject(value) && typeof value.content === 'string' && !isMessage(value))
    return value.content
  if (!Array.isArray(value) || value.length === 0) return null
  const parts = value.map((part: unknown) =>
    typeof part === 'string'
      ? part
      : isJsonObject(part) && typeof part.text === 'string'
        ? part.text
        : null,
  )
  return parts.includes(null) ? null : parts.join('')
}

function readSystem({ system }: JsonObject): Turn[] {
  return typeof system === 'string' && system.trim() !== '' ? [turn('system', system)] : []
}

/** Alpaca's `history`: pairs of question and answer that went before. */
function readHistory(history: unknown): Read[] {
  if (!Array.isArray(history)) return []
  return history.flatMap((pair: unknown): Read[] => {
    if (!Array.isArray(pair) || pair.length !== 2) return ['history is not a list of pairs']
    return [...readTurns('user', pair[0]), ...readTurns('assistant', pair[1])]
  })
}

/** Descriptions of the tools that the model may call. */
function readTools({ tools, functions }: JsonObject): readonly unknown[] | null {
  const list = readList(tools) ?? readList(functions)
  return list === null || list.length === 0 ? null : list
}

/** A list, or one written as JSON, as formats without structure have it. */
function readList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return null
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) ? list : null
  } catch {
    return null
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (value instanceof SourceNumber) return value.text
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : `a ${typeof value}`
}
