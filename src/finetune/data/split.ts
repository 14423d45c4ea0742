import { UserError } from '../../errors.js'
import { keyedUniform } from '../../math/random.js'
import type { Conversation } from './conversation.js'

/** Keys this stream of the seed apart from all others. */
const PURPOSE = 0x51

/**
 * What makes two conversations the same one: who says what, without case, punctuation, and the kind of white space.
 * Both halves of a split see the same conversation otherwise, and the validation loss would praise memory.
 */
export function duplicateKey(turns: Conversation): string {
  return turns.map(({ role, content }) => `${role} ${normalise(content)}`).join('\n')
}

function normalise(content: string): string {
  const plain = content.normalize('NFKC').toLowerCase()
  const words = plain.match(/[\p{L}\p{M}\p{N}]+/gu)
  // Of text without a letter or digit the signs are all there is
  return words === null ? plain.replace(/\s+/g, ' ').trim() : words.join(' ')
}

/**
 * Decides which records are held back, by seed alone: whole groups of duplicates, drawn at random, until the share is
 * reached as nearly as the groups allow.
 *
 * @param keys     a key a record; equal ones stay on one side
 * @param fraction share of the records to hold back, in (0, 1)
 * @returns        true where a record is for validation; both sides have at least one
 * @throws UserError where all records are one and the same, or there is but one
 */
export function holdBack(path: string, keys: readonly string[], fraction: number, seed: number): boolean[] {
  const sizes = new Map<string, number>()
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  if (sizes.size < 2) {
    const problem = keys.length < 2 ? 'has only one usable record' : `has ${keys.length} records that are all the same`
    throw new UserError(path, problem, 'Add records: at least one is for training and another for validation')
  }
  const target = Math.min(keys.length - 1, Math.max(1, Math.round(keys.length * fraction)))
  const held = new Set<string>()
  let count = 0
  for (const key of shuffled([...sizes.keys()], keyedUniform([seed, PURPOSE]))) {
    const size = sizes.get(key)!
    const nearer = Math.abs(count + size - target) < Math.abs(count - target)
    if (held.size < sizes.size - 1 && (held.size === 0 || nearer) && count < target) {
      held.add(key)
      count += size
    }
  }
  return keys.map(key => held.has(key))
}

/** Fisher and Yates. */
function shuffled<T>(values: T[], uniform: () => number): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[values[i], values[j]] = [values[j]!, values[i]!]
  }
  return values
}
