import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'
import { CHOSEN_NAMES, COLUMN_NAMES, plainName, type ColumnRole } from './column-names.js'
import { MARK_NAMES } from './marks.js'

export type { ColumnRole }

/**
 * Which column is used as what: `{ prompt: 'question', answer: 'answer' }`. A column within a
 * structure has dots in its name: `qa.question`.
 */
export type Columns = Readonly<Partial<Record<ColumnRole, string>>>

const USEFUL = new Set<string>([
  ...Object.values(COLUMN_NAMES).flat(),
  ...CHOSEN_NAMES,
  ...MARK_NAMES,
  'tools',
  'functions',
])

/**
 * Whether a top-level column may be of use: of formats that keep columns apart, others need not be
 * read.
 */
export function mayBeUseful(column: string, columns: Columns | undefined): boolean {
  if (columns === undefined) return USEFUL.has(plainName(column))
  return (
    Object.values(columns).some(name => name === column || name.startsWith(`${column}.`)) ||
    ['tools', 'functions', ...MARK_NAMES, ...CHOSEN_NAMES].includes(plainName(column))
  )
}

/**
 * Finds by their names which columns of a record hold what; those that are null count as absent.
 */
export function guessColumns(record: JsonObject): Columns {
  const found = guess(namesIn(record), record)
  const isNested = (name: string): boolean =>
    isJsonObject(record[name]) && !isNumbered(record[name])
  if (isWhole(found) && !Object.values(found).some(isNested)) return found
  // What is wanted may lie within a structure, even one that has a name of the kind:
  // <q><question>…</question></q>
  const flat = flattened(record)
  const within = guess(namesIn(flat), flat)
  return isWhole(within) || Object.keys(found).length === 0 ? within : found
}

/** Enough to learn from. */
function isWhole({ messages, prompt, answer, text }: Columns): boolean {
  return (
    messages !== undefined || text !== undefined || (prompt !== undefined && answer !== undefined)
  )
}

/** A column's value, by name or by a way through structures; undefined where there is none. */
export function columnValue(record: JsonObject, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name]
  const dot = name.indexOf('.')
  if (dot === -1) return undefined
  const inner = record[name.slice(0, dot)]
  return isJsonObject(inner) ? columnValue(inner, name.slice(dot + 1)) : undefined
}

function guess(names: ReadonlyMap<string, string>, record: JsonObject): Columns {
  const find = (
    role: ColumnRole,
    fits: (value: unknown, column: string) => boolean = () => true,
  ): string | undefined =>
    COLUMN_NAMES[role]
      .map(name => names.get(name))
      .find(column => column !== undefined && fits(record[column], column))
  const messages = find('messages', isTurns)
  const about = { system: find('system'), history: find('history', isList) }
  if (messages !== undefined) return definedColumns({ messages, system: about.system })
  const prompt = find('prompt')
  const answer = find('answer')
  // What a question is about; by itself `input` is a question
  const input =
    prompt !== undefined && answer !== undefined
      ? find('input', (_, column) => column !== prompt && column !== answer)
      : undefined
  if (prompt !== undefined || answer !== undefined)
    return definedColumns({ prompt, input, answer, ...about })
  return definedColumns({ text: find('text') })
}

function isTurns(value: unknown): boolean {
  return isList(value) || isNumbered(value)
}

/** `{"turn_1": {…}, "turn_2": {…}}` */
function isNumbered(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(([key, turn]) => /^\D*\d+$/.test(key) && isJsonObject(turn))
  )
}

/** In formats without structure a list is written as JSON. */
function isList(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'string' && value.trimStart().startsWith('['))
}

function namesIn(record: JsonObject): Map<string, string> {
  const names = new Map<string, string>()
  for (const name of Object.keys(record)) {
    const plain = plainName(name.slice(name.lastIndexOf('.') + 1))
    if (record[name] !== null && record[name] !== undefined && !names.has(plain))
      names.set(plain, name)
  }
  return names
}

const DEEPEST = 4

function flattened(record: JsonObject, before = '', depth = 0): JsonObject {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    if (isJsonObject(value) && depth < DEEPEST)
      Object.assign(flat, flattened(value, `${before}${name}.`, depth + 1))
    else flat[`${before}${name}`] = value
  }
  return flat
}

function definedColumns(columns: { readonly [Role in ColumnRole]?: string | undefined }): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined))
}
