import { existsSync, readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { UserError } from '../../errors.js'
import { migrateSettings, RENAMED_SETTINGS } from '../../record/migrate.js'
import type { Locate } from '../../settings/locate.js'
import { fullWidthColon, hasKeysInText } from './full-width-colon.js'

/**
 * Reads a study.yaml file, and renames keys of earlier versions.
 *
 * @param onNote receives one sentence that names the keys to rename, if there are any
 * @returns the settings, not yet checked, and what turns a path in them into file, line and key
 * @throws UserError if there is no such file, or it is not YAML
 */
export function readYaml(
  file: string,
  onNote?: (message: string) => void,
): { readonly value: unknown; readonly locate: Locate } {
  if (!existsSync(file))
    throw new UserError(
      file,
      'there is no such study',
      'Make one with: tune study create, or see: tune study list',
    )
  const lines = new LineCounter()
  const text = readFileSync(file, 'utf8')
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  const colon = fullWidthColon(file, text)
  if (error) {
    if (colon) throw colon
    const { line, col } = lines.linePos(error.pos[0])
    const [message] = error.message.split('\n')
    throw new UserError(
      `${file} line ${line}, column ${col}`,
      message!.replace(/ at line.*$/, '').replace(/[:.]$/, ''),
      'Mend the YAML there',
    )
  }
  const settings: unknown = document.toJS() ?? {}
  if (colon && hasKeysInText(settings)) throw colon
  const renamed = Object.entries(RENAMED_SETTINGS).filter(([key]) => hasKey(settings, key))
  if (renamed.length > 0) {
    const renames = renamed.map(([before, after]) => `${before} to ${after}`).join(', ')
    onNote?.(`${file} has keys of an earlier version; rename ${renames}`)
  }
  return {
    value: migrateSettings(settings),
    locate: path => {
      const [before = path[0]!] = renamed.find(([, after]) => after === path[0]) ?? []
      const line = lineAt(document, [before, ...path.slice(1)], lines)
      return `${file}${line ? ` line ${line}` : ''}: ${path.join('.') || 'the file'}`
    },
  }
}

export function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function lineAt(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as
      { range?: [number, number, number] | null } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}
