import { UserError } from '../errors.js'

/** A name with arguments, as it is written: `median(2, peers=5)`. */
export interface Call {
  readonly name: string
  readonly args: readonly { readonly name?: string; readonly value: unknown }[]
}

/**
 * Reads `name`, `name(2, 1)` and `name(peers=2)`. Arguments without a name come first.
 *
 * @param key begins the subject of an error
 * @throws UserError for a text of another form
 */
export function readCall(text: string, key: string): Call {
  const match = /^\s*([\w-]*)\s*(?:\((.*)\))?\s*$/s.exec(text)
  if (!match)
    throw new UserError(
      key,
      `${JSON.stringify(text)} is not a name with options`,
      'Write name, name(2, 1) or name(option=2)',
    )
  const [, name = '', list = ''] = match
  if (list.trim() === '') return { name, args: [] }
  return { name, args: list.split(',').map(part => readArgument(part, text, key)) }
}

function readArgument(part: string, text: string, key: string): Call['args'][number] {
  const [before, after, ...more] = part.split(/[=:]/).map(word => word.trim())
  if (after === undefined) return { value: readValue(before!) }
  if (more.length > 0 || !/^\w+$/.test(before!))
    throw new UserError(key, `${JSON.stringify(text)} has "${part.trim()}"`, 'Write option=value')
  return { name: before!, value: readValue(after) }
}

/** An argument as `readCall` reads it: a text that another value looks like is in quotes. */
export function argumentText(value: unknown): string {
  return typeof value === 'string' && readValue(value) !== value
    ? JSON.stringify(value)
    : String(value)
}

function readValue(word: string): unknown {
  const quoted = /^"(.*)"$/.exec(word)
  if (quoted) return quoted[1]
  if (word === 'true' || word === 'false') return word === 'true'
  const number = Number(word)
  return word === '' || Number.isNaN(number) ? word : number
}
