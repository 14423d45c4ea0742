import type { JsonObject } from '../model-folder/json-file.js'
import { CHOSEN_NAMES, plainName, REJECTED_NAMES } from './column-names.js'
import { turn } from './conversation.js'
import type { Read } from './turns.js'

/** The column with the answer that is preferred, where the record has one. */
export function chosenColumn(record: JsonObject): string | undefined {
  return columnNamed(record, CHOSEN_NAMES)
}

/** The column with the answer that is not preferred. */
export function rejectedColumn(record: JsonObject): string | undefined {
  return columnNamed(record, REJECTED_NAMES)
}

/**
 * A question and an answer, where the answer may hold the question itself: the whole conversation
 * once.
 */
export function joinedTurns(question: readonly Read[], answer: readonly Read[]): readonly Read[] {
  const context = question.map(asContext)
  if (beginsWith(answer, question)) return [...context, ...answer.slice(question.length)]
  const last = question.at(-1)
  const at = answer.findIndex(
    read =>
      typeof read !== 'string' &&
      typeof last === 'object' &&
      read.role === 'user' &&
      read.content.trim() === last.content.trim(),
  )
  return at === -1 ? [...context, ...answer] : contextUpToLast(answer)
}

/** A whole conversation of which the last answer is what was chosen. */
export function contextUpToLast(turns: readonly Read[]): readonly Read[] {
  const last = turns.findLastIndex(read => typeof read !== 'string' && read.role === 'user')
  return turns.map((read, index) => (index < last ? asContext(read) : read))
}

const SPEAKER = /(?:^|\n\n?)(Human|Assistant|H|A): ?/g

/**
 * The turns of a text that writes them as `\n\nHuman: …\n\nAssistant: …`; null for any other text.
 */
export function dialogueTurns(text: string): readonly Read[] | null {
  if (!/^\s*Human: /.test(text) || !/\n\nAssistant:/.test(text)) return null
  const plain = text.trimStart()
  const marks = [...plain.matchAll(SPEAKER)].filter(([, speaker]) => speaker!.length > 1)
  return marks
    .map((mark, index) => {
      const from = mark.index + mark[0].length
      const content = plain.slice(from, marks[index + 1]?.index).trim()
      return turn(mark[1] === 'Human' ? 'user' : 'assistant', content)
    })
    .filter(
      ({ role, content }, index, all) =>
        !(index === all.length - 1 && isBlankAnswer(role, content)),
    )
}

/** A prompt ends with `Assistant:`, behind which the answer goes. */
function isBlankAnswer(role: string, content: string): boolean {
  return role === 'assistant' && content === ''
}

/** What only leads to an answer is not trained on. */
function asContext(read: Read): Read {
  return typeof read === 'string' ? read : { ...read, inLoss: false }
}

function beginsWith(turns: readonly Read[], start: readonly Read[]): boolean {
  return (
    turns.length > start.length &&
    start.every((read, index) => {
      const other = turns[index]
      return (
        typeof read === 'object' &&
        typeof other === 'object' &&
        read.role === other.role &&
        read.content.trim() === other.content.trim()
      )
    })
  )
}

function columnNamed(record: JsonObject, names: readonly string[]): string | undefined {
  return Object.keys(record).find(
    name => names.includes(plainName(name)) && record[name] !== null && record[name] !== undefined,
  )
}
