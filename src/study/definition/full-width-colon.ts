import { UserError } from '../../errors.js'

/** A key with a full-width colon at the beginning of a line or of a text. */
const KEY = /^\s*(?:- )?([A-Za-z][\w-]*)\s*：/
/** Groups of settings: a text in place of one is a line of keys. */
const GROUPS = ['space', 'parameters', 'training', 'defaults', 'columns']

/**
 * The first line with a full-width colon after a key, which YAML reads as text.
 *
 * @param text study.yaml
 * @returns null if there is none
 */
export function fullWidthColon(file: string, text: string): UserError | null {
  const lines = text.split(/\r?\n/)
  const index = lines.findIndex(line => KEY.test(line))
  const [, key] = KEY.exec(lines[index] ?? '') ?? []
  if (key === undefined) return null
  return new UserError(
    `${file} line ${index + 1}`,
    `has a full-width colon (：) after "${key}"`,
    `Write "${key}: " with an ASCII colon and a space`,
  )
}

/** Whether settings, or a group of them, are one text that begins with a key and such a colon. */
export function hasKeysInText(settings: unknown): boolean {
  if (typeof settings === 'string') return KEY.test(settings)
  if (typeof settings !== 'object' || settings === null) return false
  return GROUPS.some(group => {
    const value = (settings as Readonly<Record<string, unknown>>)[group]
    return typeof value === 'string' && KEY.test(value)
  })
}
