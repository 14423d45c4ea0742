import { nearest, UserError } from '../../errors.js'
import type { Space } from '../../space/parameter.js'

/** Names that a command may use besides its parameters. */
export const COMMAND_NAMES = ['seed', 'trial', 'checkpointDir', 'paramsFile'] as const

/**
 * A command as a program and its arguments. A string is split at spaces; quotes and backslashes are
 * read as a shell reads them, but no shell runs: nothing in a parameter's value can start another
 * program.
 *
 * @throws UserError for an empty command, or a quote that is not closed
 */
export function commandWords(command: string | readonly string[], at: string): readonly string[] {
  const words = typeof command === 'string' ? split(command, at) : command
  if (words.length === 0 || words[0] === '')
    throw new UserError(
      at,
      'is empty',
      'Write a program and its arguments, such as: python train.py --lr {learningRate}',
    )
  return words
}

/**
 * A name in braces, where neither a shell (`${name}`) nor a writer of braces (`{{name}}`) means
 * another thing.
 */
const PLACEHOLDER = /\$\{[^}]*\}|\{\{([A-Za-z_][A-Za-z0-9_-]*)\}\}|\{([A-Za-z_][A-Za-z0-9_-]*)\}/g

/**
 * `{name}` becomes the value of that name, inside a word too; no shell sees it. `{{name}}` becomes
 * `{name}`; everything else in braces stays as it is.
 */
export function wordWithValues(word: string, values: Readonly<Record<string, unknown>>): string {
  return word.replace(PLACEHOLDER, (text, escaped?: string, name?: string) => {
    if (escaped !== undefined) return Object.hasOwn(values, escaped) ? `{${escaped}}` : text
    return name !== undefined && Object.hasOwn(values, name) ? String(values[name]) : text
  })
}

/**
 * Names that are neither parameters nor `COMMAND_NAMES` belong to the program: to awk, jq, find or
 * an f-string.
 *
 * @throws UserError for a `{name}` that looks like a misspelt one, or that stands for a whole
 *   argument
 */
export function checkPlaceholders(words: readonly string[], space: Space, at: string): void {
  const allowed = [...space.map(({ name }) => name), ...COMMAND_NAMES]
  for (const word of words)
    for (const [, , name] of word.matchAll(PLACEHOLDER)) {
      if (name === undefined || allowed.includes(name)) continue
      const close = nearest(name, allowed)
      // In a program's text only a misspelling of some length is one: {i} is not {lr}.
      const isArgument = /^(?:--?[\w.-]+=)?\{[^{}]*\}$/.test(word)
      if (!isArgument && (close === undefined || name.length < 4)) continue
      throw new UserError(
        at,
        `{${name}} is not a parameter of the study`,
        (close
          ? `Did you mean {${close}}?`
          : `Add it to parameters, or use one of ${allowed.map(each => `{${each}}`).join(', ')}`) +
          ` To give the program these braces, write {{${name}}}`,
      )
    }
}

function split(command: string, at: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+)/y
  let end = 0
  for (let match = pattern.exec(command); match; match = pattern.exec(command)) {
    end = pattern.lastIndex
    words.push(unquoted(match[1]!))
  }
  if (command.slice(end).trim() !== '')
    throw new UserError(
      at,
      `has a quote that is not closed: ${command.slice(end).trim()}`,
      'Close it, or write the command as a list of words',
    )
  return words
}

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  )
}
