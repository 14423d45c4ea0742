import { isJsonObject, type JsonObject } from '../../model-folder/json-file.js'
import { guessColumns } from '../columns.js'

/**
 * The rows of a table that one JSON value holds, in the layouts that pandas and datasets write:
 *
 * | layout  | value                                               |
 * | ------- | --------------------------------------------------- |
 * | columns | `{ "prompt": { "0": "…" }, "answer": { "0": "…" } }` |
 * | index   | `{ "0": { "prompt": "…", "answer": "…" } }`          |
 * | split   | `{ "columns": ["prompt"], "data": [["…"]] }`         |
 * | lists   | `{ "prompt": ["…", "…"], "answer": ["…", "…"] }`     |
 *
 * Source: pandas.DataFrame.to_json, datasets.Dataset.to_dict.
 *
 * @returns null for a value that is no table
 */
export function tableRows(value: unknown): readonly JsonObject[] | null {
  if (!isJsonObject(value)) return null
  return splitRows(value) ?? listRows(value) ?? columnRows(value) ?? indexRows(value)
}

/**
 * The table of the training split, if splits are keys of tables: `{ "train": { "prompt": […] } }`.
 *
 * @returns the other splits with their counts of rows; null for any other value
 */
export function trainingTable(value: unknown): {
  readonly rows: readonly JsonObject[]
  readonly setAside: readonly (readonly [name: string, rows: number])[]
} | null {
  if (!isJsonObject(value)) return null
  const { train, ...others } = value
  const rows = tableRows(train)
  if (!rows || !Object.values(others).every(isJsonObject)) return null
  return {
    rows,
    setAside: Object.entries(others).map(([name, table]) => [name, tableRows(table)?.length ?? 0]),
  }
}

function splitRows({ columns, data }: JsonObject): readonly JsonObject[] | null {
  if (!isTextList(columns) || !Array.isArray(data)) return null
  const isRow = (row: unknown): row is readonly unknown[] =>
    Array.isArray(row) && row.length === columns.length
  if (!data.every(isRow)) return null
  return data.map(row => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
}

/** Every value is a list, and all are equally long: a batch, not one record. */
function listRows(value: JsonObject): readonly JsonObject[] | null {
  const columns = Object.entries(value)
  const [first] = columns
  if (!first || !columns.every(([, list]) => Array.isArray(list))) return null
  const lists = columns as readonly (readonly [string, readonly unknown[]])[]
  const { length } = first[1] as readonly unknown[]
  if (length === 0 || !lists.every(([, list]) => list.length === length)) return null
  // The messages of one conversation, and the tools beside them, are lists too.
  if (lists.some(([, list]) => isMessageList(list))) return null
  const rows = Array.from({ length }, (_, i) =>
    Object.fromEntries(lists.map(([name, list]) => [name, list[i]])),
  )
  return isUsable(rows[0]!) ? rows : null
}

function columnRows(value: JsonObject): readonly JsonObject[] | null {
  const columns = Object.entries(value)
  if (columns.length === 0 || !columns.every(([, column]) => isJsonObject(column))) return null
  const keys = Object.keys(columns[0]![1] as JsonObject)
  const cells = columns as readonly (readonly [string, JsonObject])[]
  if (keys.length === 0 || !cells.every(([, column]) => hasKeys(column, keys))) return null
  const rows = keys.map(key =>
    Object.fromEntries(cells.map(([name, column]) => [name, column[key]])),
  )
  // Names of columns in the first level tell this layout from `index`.
  return isUsable(rows[0]!) ? rows : null
}

function indexRows(value: JsonObject): readonly JsonObject[] | null {
  const rows = Object.values(value)
  return rows.length > 1 && rows.every(isJsonObject) && rows.every(isUsable) ? rows : null
}

/** The turns of one conversation, which are one record's. */
export function isMessageList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage)
}

function isMessage(value: unknown): boolean {
  return isJsonObject(value) && SPEAKERS.some(name => Object.hasOwn(value, name))
}

/** One turn, which by itself is no conversation: `{ "role": "user", "content": "…" }`. */
export function isLoneMessage(value: unknown): boolean {
  if (!isJsonObject(value)) return false
  const { role, content, from, value: text } = value
  return (isRole(role) && content !== undefined) || (isRole(from) && text !== undefined)
}

function isRole(name: unknown): boolean {
  return typeof name === 'string' && /^(system|user|human|assistant|gpt|tool)$/i.test(name)
}

/** Names under which a message says whose it is. */
const SPEAKERS = ['role', 'from', 'speaker', 'sender', 'author'] as const

/** Its names say what is asked and answered, or what text there is. */
function isUsable(row: JsonObject): boolean {
  const { messages, prompt, answer, text } = guessColumns(row)
  const is = (name: string | undefined) => name !== undefined && Object.hasOwn(row, name)
  return is(messages) || is(text) || (is(prompt) && is(answer))
}

function hasKeys(column: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(column).length === keys.length && keys.every(key => Object.hasOwn(column, key))
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(name => typeof name === 'string')
}
