import {
  isAlias,
  isCollection,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import { UserError } from '../../errors.js'
import { migrateSettings, RENAMED_SETTINGS } from '../../record/migrate.js'
import type { Locate } from '../../settings/locate.js'
import { fullWidthColon, hasKeysInText } from './full-width-colon.js'
import { readDefinitionText } from './text.js'

/** Lists and groups within each other; a study's settings have four at most. */
const DEEPEST = 32

/** What begins with one of these is no plain text in YAML: `*.json` names an anchor. */
const INDICATOR = /^[*&!{%@`|>]/

/**
 * Reads a study.yaml file, and renames keys of earlier versions.
 *
 * @param onNote receives one sentence that names the keys to rename, if there are any
 * @returns the settings, not yet checked, and what turns a path in them into file, line and key
 * @throws UserError if there is no such file, or it is not YAML, or YAML whose aliases unfold
 *   without bound
 */
export function readYaml(
  file: string,
  onNote?: (message: string) => void,
): { readonly value: unknown; readonly locate: Locate } {
  const text = readDefinitionText(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true })
  const colon = fullWidthColon(file, text)
  if (colon && document.errors.length > 0) throw colon
  checkDocument(document, (offset, problem, remedy) => {
    const { line, col } = lines.linePos(offset)
    return new UserError(
      `${file} line ${line}, column ${col}`,
      problem,
      remedy ?? quoted(text.split('\n')[line - 1]!) ?? 'Mend the YAML there',
    )
  })
  const settings = plainValue(file, document)
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

type Fault = (offset: number, problem: string, remedy?: string) => UserError

const TOO_DEEP = `has more than ${DEEPEST} lists and groups within each other`
const FLATTEN = 'Write the settings as keys and values, as `tune study create` does'

/** @throws UserError of `fault` at the first place that has no plain value */
function checkDocument(document: Document.Parsed, fault: Fault): void {
  const [error = document.warnings[0]] = document.errors
  if (error) throw explained(error, fault)
  visit(document, {
    Alias(_, alias, path) {
      const node = alias.resolve(document)
      const [offset] = alias.range!
      if (node === undefined)
        throw fault(offset, `*${alias.source} names an anchor that is not there`)
      if (path.includes(node))
        throw fault(offset, `*${alias.source} stands inside what it names`, 'Write the value out')
    },
    Pair(_, { key }) {
      if (isCollection(key) || isAlias(key))
        throw fault((key as Node).range![0], 'a key is not a word', 'Write a word before the colon')
    },
    Collection(_, collection, path) {
      if (path.filter(isCollection).length >= DEEPEST)
        throw fault(collection.range![0], TOO_DEEP, FLATTEN)
    },
  })
}

function explained(error: Document.Parsed['errors'][number], fault: Fault): UserError {
  const [message = ''] = error.message.split('\n')
  const problem = message.replace(/ at line.*$/, '').replace(/[:.]$/, '')
  if (problem.startsWith('Maximum call stack')) return fault(error.pos[0], TOO_DEEP, FLATTEN)
  if (error.code === 'MULTIPLE_DOCS')
    return fault(
      error.pos[0],
      'a second document begins here, and a study has one',
      'Keep one of them, without the line ---',
    )
  return fault(error.pos[0], problem)
}

/** What to write, where a value begins with a character that YAML keeps for itself. */
function quoted(line: string): string | undefined {
  const [, before = '', value = ''] = /^(\s*(?:- )?(?:[\w-]+:\s+)?)(.*?)\s*$/.exec(line) ?? []
  // Of a list in brackets the first such item stands for all
  const item = /^\[.*\]$/.test(value)
    ? value.split(/[[\],]\s*/).find(each => /^[*!&]/.test(each))
    : value
  const mayBePattern = item?.startsWith('[') && item.includes(']')
  if (item === undefined || !(INDICATOR.test(item) || mayBePattern)) return undefined
  const text = item === value ? JSON.stringify(item) : `[${JSON.stringify(item)}]`
  return `Put it in quotes: ${`${before.trim()} ${text}`.trim()}`
}

/** @throws UserError if aliases repeat so much that the value would be large beyond use */
function plainValue(file: string, document: Document.Parsed): unknown {
  try {
    return (document.toJS() as unknown) ?? {}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new UserError(
      file,
      'repeats its anchors more than 100 times, which can unfold without bound',
      'Write the values out',
    )
  }
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
