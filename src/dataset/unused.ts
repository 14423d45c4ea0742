import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'
import { columnValue } from './columns.js'

/**
 * Columns of a record with a value that nothing reads, fields beside those that are read within a
 * structure included.
 *
 * @param used top-level columns that are read
 * @param names columns that have a role, with dots for those within a structure
 */
export function unusedColumns(
  record: JsonObject,
  used: ReadonlySet<string>,
  names: readonly string[],
): string[] {
  const columns = Object.keys(record).filter(name => !used.has(name) && !isBlank(record[name]))
  return [...columns, ...unusedWithin(record, names)]
}

/** Fields beside those that are read within a structure: `qa.note` beside `qa.question`. */
function unusedWithin(record: JsonObject, names: readonly string[]): string[] {
  const nested = names.filter(name => name.includes('.') && !Object.hasOwn(record, name))
  const parents = new Set(nested.map(name => name.slice(0, name.lastIndexOf('.'))))
  return [...parents].flatMap(parent => {
    const value = columnValue(record, parent)
    if (!isJsonObject(value)) return []
    return Object.keys(value)
      .filter(key => !isBlank(value[key]))
      .map(key => `${parent}.${key}`)
      .filter(name => !nested.some(used => used === name || used.startsWith(`${name}.`)))
  })
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}
