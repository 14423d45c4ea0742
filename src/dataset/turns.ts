import { sourceJsonText } from '../model-folder/source-json.js'
import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'
import { optional } from '../util/optional.js'
import { guessColumns } from './columns.js'
import { ROLES, roleNamed, turn, type Turn } from './conversation.js'
import { turnMark } from './marks.js'
import { describe, readText } from './record-text.js'
import { readToolCalls } from './tool-calls.js'

/** A turn, or why there is none. */
export type Read = Turn | string

/** What a reader did to a record beyond reading it: each in words that a report counts. */
export type Notes = Set<string>

const ROLE_FIELDS = ['role', 'from', 'speaker', 'author', 'sender', '角色']
const CONTENT_FIELDS = ['content', 'value', 'text', 'message', 'utterance', '内容']

/** The fields under which templates find the thoughts of an answer. */
const THOUGHTS = ['reasoning_content', 'thinking', 'reasoning', 'think', 'thought', 'thoughts']

/**
 * Reads the turns of a list: messages with a role, pairs of question and answer, or texts that take
 * turns.
 */
export function readTurnList(list: readonly unknown[], notes: Notes): Read[] {
  if (list.length > 1 && list.every(item => typeof item === 'string')) {
    notes.add('turns without roles are read as user and assistant in turn')
    return list.map((text, index) => turn(index % 2 === 0 ? 'user' : 'assistant', text))
  }
  return list.flatMap(item => readItem(item, notes))
}

/** The items of an object that numbers its turns, such as `{"turn_1": {…}}`; null for any other. */
export function numberedTurns(value: unknown): readonly unknown[] | null {
  if (!isJsonObject(value)) return null
  const keys = Object.keys(value)
  const numbers = keys.map(key => Number(/^\D*(\d+)$/.exec(key)?.[1] ?? NaN))
  if (
    keys.length === 0 ||
    numbers.some(Number.isNaN) ||
    !keys.every(key => isJsonObject(value[key]))
  )
    return null
  return keys
    .map((key, index) => ({ item: value[key], number: numbers[index]! }))
    .sort((a, b) => a.number - b.number)
    .map(({ item }) => item)
}

/** Whether a turn has nothing to read or train on. */
export function isEmpty({ content, tool_calls: calls, fields }: Turn): boolean {
  return (
    content.trim() === '' &&
    calls === undefined &&
    !THOUGHTS.some(name => typeof fields?.[name] === 'string' && fields[name].trim() !== '')
  )
}

function readItem(item: unknown, notes: Notes): Read[] {
  if (Array.isArray(item) && item.length === 2 && item.every(text => typeof text === 'string'))
    return [turn('user', item[0] as string), turn('assistant', item[1] as string)]
  if (!isJsonObject(item)) return [`a message is ${describe(item)}, not an object`]
  const roleField = ROLE_FIELDS.find(field => field in item)
  return roleField === undefined ? readPair(item, notes) : [readMessage(item, roleField, notes)]
}

/** `{"human": "…", "assistant": "…"}`, or one of the two. */
function readPair(item: JsonObject, notes: Notes): Read[] {
  const { system, prompt, answer } = guessColumns(item)
  const turns = [
    [system, 'system'],
    [prompt, 'user'],
    [answer, 'assistant'],
  ].flatMap(([column, role]): Read[] => {
    if (column === undefined) return []
    const text = readText(item[column])
    return [
      text === null
        ? `the ${column} of a turn is ${describe(item[column])}, not text`
        : turn(role as Turn['role'], withoutMarkers(text, notes)),
    ]
  })
  if (turns.length === 0)
    return [
      `a message has the role of nobody: it has the fields ${fieldNames(item)}, and none of ` +
        'role, from, human, assistant',
    ]
  const { inLoss } = turnMark(item)
  const used = new Set([system, prompt, answer])
  for (const name of Object.keys(item))
    if (
      !used.has(name) &&
      item[name] !== null &&
      item[name] !== '' &&
      !turnMark(item).fields.includes(name)
    )
      notes.add(`the field ${JSON.stringify(name)} of a turn is not used`)
  return turns.map(read =>
    typeof read === 'string' || read.role !== 'assistant' ? read : { ...read, inLoss },
  )
}

/** MOSS writes who speaks, and the end of a turn, into its texts. */
function withoutMarkers(text: string, notes: Notes): string {
  const plain = text.replace(/^\s*<\|(?:Human|MOSS)\|>:\s*/, '').replace(/<eo[hm]>\s*$/, '')
  if (plain !== text) notes.add('markers of MOSS (<|Human|>:, <eoh>) are removed from turns')
  return plain
}

function readMessage(item: JsonObject, roleField: string, notes: Notes): Read {
  const name = item[roleField]
  const role = roleNamed(name)
  if (role === undefined)
    return (
      `a message has the role ${JSON.stringify(name) ?? 'of nobody'}, which is not one of ` +
      Object.keys(ROLES).slice(0, 6).join(', ')
    )
  if (name === 'developer') notes.add('the role "developer" is read as "system"')
  const contentField = CONTENT_FIELDS.find(field => isThere(item[field])) ?? 'content'
  const content = item[contentField]
  const calls = readToolCalls(item, content)
  if (typeof calls === 'string') return calls
  const mark = turnMark(item)
  if (mark.fraction) notes.add('weights of turns other than 0 and 1 count as 1')
  if (role !== 'assistant' && mark.fields.length > 0 && mark.inLoss && name !== undefined)
    notes.add('turns that are no answer are marked to be trained: only answers are')
  const callIsContent = name === 'function_call' || name === 'tool_call'
  const skipped = new Set([roleField, contentField, ...mark.fields])
  if (calls) for (const field of ['tool_calls', 'function_call']) skipped.add(field)
  const extra = {
    ...optional({ tool_calls: calls, fields: otherFields(item, skipped) }),
    ...(isThere(content) && !callIsContent ? {} : { noContent: true as const }),
  }
  const inLoss = role === 'assistant' && mark.inLoss
  if (calls && callIsContent) return { ...turn(role, '', inLoss), ...extra }
  const text = readText(content)
  if (text !== null) return { ...turn(role, text, inLoss), ...extra }
  const silent = { ...turn(role, '', inLoss), ...extra }
  // Beside calls or thoughts there need be no text
  if (!isThere(content) && !isEmpty(silent)) return silent
  // A tool may answer with data
  if (role === 'tool' && isThere(content) && !hasMedia(content))
    return { ...turn(role, sourceJsonText(content)), ...extra }
  return `a message of the ${role} is ${describe(content)}, not text`
}

/** Templates read further fields of a message; null counts as absent, as in transformers. */
function otherFields(item: JsonObject, skipped: ReadonlySet<string>): JsonObject | undefined {
  const fields = Object.entries(item).filter(
    ([name, value]) => !skipped.has(name) && isThere(value),
  )
  return fields.length > 0 ? Object.fromEntries(fields) : undefined
}

function hasMedia(content: unknown): boolean {
  return describe(content).includes('a part of type')
}

function fieldNames(item: JsonObject): string {
  return (
    Object.keys(item)
      .slice(0, 8)
      .map(name => JSON.stringify(name))
      .join(', ') || '(none)'
  )
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
