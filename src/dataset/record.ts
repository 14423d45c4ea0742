import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'
import { optional } from '../util/optional.js'
import { columnValue, guessColumns, type Columns } from './columns.js'
import { turn, type Conversation, type Turn } from './conversation.js'
import { recordMarks, turnMarkList } from './marks.js'
import {
  chosenColumn,
  contextUpToLast,
  dialogueTurns,
  joinedTurns,
  rejectedColumn,
} from './preferences.js'
import { describe, isMessage, readList, readText } from './record-text.js'
import { readHistory, readSide } from './sides.js'
import { unusedColumns } from './unused.js'
import { isEmpty, numberedTurns, readTurnList, type Notes, type Read } from './turns.js'

interface Understood {
  readonly format: string
  readonly columns: Columns
  /** What was done to the record or not read of it, in words that a report counts. */
  readonly notes: readonly string[]
  /** Columns with a value that nothing reads. */
  readonly unused: readonly string[]
}

export type ReadRecord =
  | (Understood & {
      readonly kind: 'conversation'
      readonly messages: Conversation
      readonly tools?: readonly unknown[]
    })
  /** A text to go on with: all of it is learnt. */
  | (Understood & { readonly kind: 'text'; readonly text: string })
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
  return isJsonObject(value)
    ? new RecordReader(value, named ?? guessColumns(value)).read()
    : {
        kind: 'dropped',
        format: null,
        reason: `the record is ${describe(value)}, not an object`,
      }
}

class RecordReader {
  private readonly notes: Notes = new Set()
  /** Top-level columns that were read. */
  private readonly used = new Set<string>()
  private readonly fields: JsonObject

  constructor(
    private readonly record: JsonObject,
    private readonly columns: Columns,
  ) {
    this.fields = Object.fromEntries(
      Object.entries(columns).map(([role, name]) => [role, columnValue(record, name)]),
    )
    for (const name of Object.values(columns))
      this.used.add(Object.hasOwn(record, name) ? name : name.split('.', 1)[0]!)
  }

  read(): ReadRecord {
    if (this.columns.messages !== undefined) return this.messages()
    return this.columns.text === undefined ? this.pair() : this.plainText()
  }

  private messages(): ReadRecord {
    const name = this.columns.messages!
    const format =
      name === 'messages'
        ? 'OpenAI messages'
        : name === 'conversations'
          ? 'ShareGPT conversations'
          : name === 'conversation'
            ? 'conversation'
            : `messages (${name})`
    const value = this.fields.messages
    const list = readList(value) ?? numberedTurns(value)
    if (list === null)
      return dropped(
        format,
        `${JSON.stringify(name)} is ${describe(value)}, not a list of messages`,
      )
    const marks = turnMarkList(this.record, readList)
    const turns = this.marked(readTurnList(list, this.notes), marks)
    return this.conversation(format, [...this.system(), ...turns, ...this.chosenAnswer(turns)])
  }

  /** A preferred answer that continues a conversation that ends with a question. */
  private chosenAnswer(turns: readonly Read[]): readonly Read[] {
    const last = turns.at(-1)
    const column = chosenColumn(this.record)
    if (column === undefined || typeof last !== 'object' || last.role === 'assistant') return []
    this.used.add(column)
    return readSide('assistant', this.record[column], column, this.notes)
  }

  /** Turns with the marks of a column that lists one for each, or for each answer. */
  private marked(turns: readonly Read[], marks: ReturnType<typeof turnMarkList>): readonly Read[] {
    if (!marks) return turns
    const answers = turns.filter(read => typeof read === 'object' && read.role === 'assistant')
    const { column, inLoss } = marks
    if (inLoss.length !== turns.length && inLoss.length !== answers.length) {
      this.notes.add(`${JSON.stringify(column)} has not a mark for each turn and is not read`)
      return turns
    }
    this.used.add(column)
    const marked = inLoss.length === turns.length ? turns : answers
    return turns.map(read =>
      typeof read === 'object' && read.inLoss
        ? { ...read, inLoss: inLoss[marked.indexOf(read)]! }
        : read,
    )
  }

  private plainText(): ReadRecord {
    const { fields, columns } = this
    const format = `plain text (${columns.text!})`
    const text = readText(fields.text)
    if (text === null) return dropped(format, `the text is ${describe(fields.text)}, not text`)
    if (text.trim() === '') return dropped(format, 'the text is empty')
    return { kind: 'text', format, ...this.remarks(), text }
  }

  private pair(): ReadRecord {
    const { columns, fields } = this
    if (!isThere(fields.prompt)) return this.withoutQuestion()
    const alpaca = columns.prompt === 'instruction'
    const format = alpaca
      ? `Alpaca (${columns.prompt}, ${columns.input ?? 'input'}, ${columns.answer ?? 'output'})`
      : `prompt and answer (${columns.prompt}, ${columns.answer ?? 'answer'})`
    if (!isThere(fields.answer))
      return dropped(format, `no answer in the fields ${fieldNames(this.record)}`)
    const { prompt, answer } = fields
    if (isBatch(prompt) && isBatch(answer) && prompt.length === answer.length)
      return dropped(
        format,
        `${JSON.stringify(columns.prompt)} and ${JSON.stringify(columns.answer)} are lists of ` +
          `${prompt.length} texts, a batch: write a record for each`,
      )
    const question = this.questionTurns(prompt)
    return this.conversation(format, [
      ...this.system(),
      ...readHistory(fields.history, this.notes),
      ...joinedTurns(question, readSide('assistant', answer, columns.answer!, this.notes)),
    ])
  }

  /** A preferred conversation holds its question itself. */
  private withoutQuestion(): ReadRecord {
    const { columns, record } = this
    const chosen = chosenColumn(record)
    const value = chosen === undefined ? undefined : record[chosen]
    const list = readList(value)
    const turns = list?.some(isMessage)
      ? readTurnList(list, this.notes)
      : typeof value === 'string'
        ? dialogueTurns(value)
        : null
    if (turns) {
      this.used.add(chosen!)
      const format = `preferred conversation (${chosen})`
      return this.conversation(format, [...this.system(), ...contextUpToLast(turns)])
    }
    const name = columns.prompt
    const named = name === undefined ? '' : ` ${JSON.stringify(name)}`
    const parent = name?.includes('.') === true ? record[name.split('.', 1)[0]!] : undefined
    const within = Array.isArray(parent)
      ? `, since ${JSON.stringify(name!.split('.', 1)[0])} is a list,`
      : ''
    return dropped(null, `no question${named}${within} in the fields ${fieldNames(record)}`)
  }

  private questionTurns(prompt: unknown): readonly Read[] {
    const { fields, columns } = this
    const dialogue = typeof prompt === 'string' ? dialogueTurns(prompt) : null
    const turns = dialogue ?? readSide('user', prompt, columns.prompt!, this.notes)
    if (columns.input === undefined) return turns
    // What a question is about, and often empty
    const about = readText(fields.input)
    if (about === null && isThere(fields.input)) {
      this.used.delete(columns.input)
      this.notes.add(
        `${JSON.stringify(columns.input)} is ${describe(fields.input)}, not text, and is not ` +
          'asked with',
      )
    }
    if (about === null || about.trim() === '') return turns
    const last = turns.findLastIndex(read => typeof read === 'object' && read.role === 'user')
    return turns.map((read, index) =>
      typeof read === 'object' && index === last
        ? { ...read, content: `${read.content.trim()}\n${about.trim()}`.trim() }
        : read,
    )
  }

  private system(): Turn[] {
    const { system } = this.fields
    return typeof system === 'string' && system.trim() !== '' ? [turn('system', system)] : []
  }

  private conversation(format: string, reads: readonly Read[]): ReadRecord {
    const problem = reads.find(read => typeof read === 'string')
    if (problem !== undefined) return dropped(format, problem)
    const turns = reads as readonly Turn[]
    const conversation = turns.slice(0, turns.findLastIndex(it => it.role === 'assistant') + 1)
    if (conversation.length === 0) return dropped(format, 'no answer')
    // A question left open at the end teaches nothing
    if (conversation.length < turns.length)
      this.notes.add('a question at the end that has no answer is left out')
    const answers = conversation.filter(it => it.role === 'assistant' && !isEmpty(it))
    if (answers.length === 0) return dropped(format, 'the answer is empty')
    if (!answers.some(it => it.inLoss))
      return dropped(format, 'no answer of it is to be trained on')
    const bad = this.rating()
    if (bad !== undefined)
      return dropped(format, `${JSON.stringify(bad)} marks the answer as one not to learn`)
    const first = conversation.find(({ role }) => role !== 'system')!
    if (first.role === 'assistant') return dropped(format, 'the answer comes before any question')
    if (isEmpty(first)) return dropped(format, 'the question is empty')
    if (answers.some(it => !it.inLoss)) this.notes.add('answers that are only read, not trained on')
    const tools = this.tools()
    return {
      kind: 'conversation',
      format,
      ...this.remarks(),
      messages: conversation.map(it => (isEmpty(it) ? { ...it, inLoss: false } : it)),
      ...optional({ tools }),
    }
  }

  /** The column that marks the answer as bad; undefined where none does. */
  private rating(): string | undefined {
    const marks = recordMarks(this.record, this.used)
    for (const { column, verdict } of marks) {
      if (verdict === 'unread')
        this.notes.add(`${JSON.stringify(column)} may rate the answers and is not read`)
      else this.used.add(column)
    }
    return marks.find(({ verdict }) => verdict === 'bad')?.column
  }

  /** Descriptions of the tools that the model may call. */
  private tools(): readonly unknown[] | undefined {
    for (const column of ['tools', 'functions']) {
      const list = readList(this.record[column])
      if (list !== null) this.used.add(column)
      if (list !== null && list.length > 0) return list
    }
    return undefined
  }

  private remarks(): Omit<Understood, 'format'> {
    const rejected = rejectedColumn(this.record)
    if (rejected !== undefined && !this.used.has(rejected))
      this.notes.add(`${JSON.stringify(rejected)} is not used: only chosen answers are trained on`)
    const unused = unusedColumns(this.record, this.used, Object.values(this.columns))
    const { columns } = this
    return { columns, notes: [...this.notes], unused }
  }
}

function dropped(format: string | null, reason: string): ReadRecord {
  return { kind: 'dropped', format, reason }
}

function isBatch(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 1 && value.every(item => typeof item === 'string')
}

function fieldNames(record: JsonObject): string {
  return (
    Object.keys(record)
      .slice(0, 8)
      .map(name => JSON.stringify(name))
      .join(', ') || '(none)'
  )
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
