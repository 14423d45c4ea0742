import { isJsonObject } from '../model-folder/json-file.js'
import { turn } from './conversation.js'
import { describe, isMessage, readAlternatives, readList, readText } from './record-text.js'
import { readTurnList, type Notes, type Read } from './turns.js'

/**
 * The turns of a question or an answer: a text, a number, one of several texts, or messages.
 *
 * @param column the name of it, for notes
 */
export function readSide(
  role: 'user' | 'assistant',
  value: unknown,
  column: string,
  notes: Notes,
): Read[] {
  const list = isMessage(value) ? [value] : readList(value)
  if (list !== null && list.length > 0 && list.every(isMessage)) return readTurnList(list, notes)
  const text = readText(value)
  if (text !== null) return [turn(role, text)]
  const texts = readAlternatives(value)
  if (texts !== null && texts.length > 0 && (role === 'assistant' || texts.length === 1)) {
    if (texts.length > 1)
      notes.add(`${JSON.stringify(column)} lists several answers: the first is used`)
    return [turn(role, texts[0]!)]
  }
  const side = role === 'user' ? 'question' : 'answer'
  return [
    texts?.length === 0 ? `the ${side} is empty` : `the ${side} is ${describe(value)}, not text`,
  ]
}

/** Pairs of question and answer, or messages, that went before. */
export function readHistory(value: unknown, notes: Notes): Read[] {
  const list = readList(value)
  if (list === null) return []
  const isPair = (item: unknown): boolean =>
    isJsonObject(item) || (Array.isArray(item) && item.length === 2)
  if (!list.every(isPair)) return ['history is not a list of pairs']
  return list.flatMap((item: unknown): Read[] =>
    Array.isArray(item)
      ? [
          ...readSide('user', item[0], 'history', notes),
          ...readSide('assistant', item[1], 'history', notes),
        ]
      : readTurnList([item], notes),
  )
}
