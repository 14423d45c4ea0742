import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import { textPosition } from './json.js'
import { parseJsonObject, readText, type JsonObject } from './json-file.js'

/** A configuration file of a model folder, with the positions of its fields. */
export interface ConfigFile {
  readonly path: string
  readonly value: JsonObject
  /**
   * The subject of an error about a field, or about an element of it: `config.json, line 3, column
   * 5`. The path alone if the file has no such field.
   */
  at(...field: readonly (string | number)[]): string
}

/**
 * @returns null if there is no such file
 * @throws UserError as readJsonObject
 */
export async function readConfigFile(path: string): Promise<ConfigFile | null> {
  const text = await readText(path)
  return text === null ? null : configFile(path, parseJsonObject(path, text), text)
}

/** @param text of the file; without it, errors name the path alone */
export function configFile(path: string, value: JsonObject, text?: string): ConfigFile {
  return {
    path,
    value,
    at(...field) {
      // Parsed with positions only when there is an error to report
      const root = text === undefined ? undefined : parseTree(text)
      const node = root && findNodeAtLocation(root, [...field])
      if (!node) return path
      const { line, column } = textPosition(text!, node.offset)
      return `${path}, line ${line}, column ${column}`
    },
  }
}

/** The same file, with values for fields that it doesn't have. */
export function withDefaults(file: ConfigFile, defaults: JsonObject): ConfigFile {
  return { ...file, value: { ...defaults, ...file.value } }
}
