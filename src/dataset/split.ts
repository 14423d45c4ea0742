import { UserError } from '../errors.js'
import { keyedUniform } from '../math/random.js'
import { AUTO_TEST, type TestSpec } from '../record/study.js'
import type { Conversation } from './conversation.js'

/** Keys this stream of the seed apart from all others. */
const PURPOSE = 0x51

/**
 * What makes two conversations the same one: who says what, without case, punctuation, and the kind
 * of white space. Both halves of a split see the same conversation otherwise, and the validation
 * loss would praise memory.
 */
export function duplicateKey(conversation: Conversation): string {
  return conversation.map(({ role, content }) => `${role} ${normalise(content)}`).join('\n')
}

function normalise(content: string): string {
  const plain = content.normalize('NFKC').toLowerCase()
  const words = plain.match(/[\p{L}\p{M}\p{N}]+/gu)
  // Of text without a letter or digit the signs are all there is
  return words === null ? plain.replace(/\s+/g, ' ').trim() : words.join(' ')
}

/** Where a record goes. */
export type Side = 'train' | 'validation' | 'test'

/** Shares of the records: `validation` in (0, 1), `test` in [0, 1). */
export interface Shares {
  readonly validation: number
  readonly test: number
}

/**
 * The share that a test split takes of so many records, of which `different` are no repetition of
 * another.
 */
export function testShare(test: TestSpec | undefined, records: number, different: number): number {
  if (typeof test === 'number') return test
  if (test !== 'auto' || different < AUTO_TEST.least) return 0
  return Math.min(AUTO_TEST.share, AUTO_TEST.most / records)
}

/**
 * Decides what each record is for, by seed alone: whole groups of duplicates, drawn at random,
 * until the shares are reached as nearly as the groups allow. The validation split is the same with
 * and without a test split.
 *
 * @param keys a key a record; equal ones stay on one side
 * @returns    each side that is asked for has at least one record
 * @throws UserError where there are fewer different records than sides
 */
export function splitRecords(
  path: string,
  keys: readonly string[],
  shares: Shares,
  seed: number,
): Side[] {
  const sizes = new Map<string, number>()
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  const others = shares.test > 0 ? 2 : 1
  if (sizes.size <= others) throw tooFew(path, keys.length, sizes.size, others)
  const order = shuffled([...sizes.keys()], keyedUniform([seed, PURPOSE]))
  const validation = drawn(order, sizes, {
    records: keys.length,
    share: shares.validation,
    most: sizes.size - others,
  })
  const remaining = order.filter(key => !validation.has(key))
  const test =
    shares.test > 0
      ? drawn(remaining, sizes, {
          records: keys.length,
          share: shares.test,
          most: remaining.length - 1,
        })
      : new Set<string>()
  return keys.map(key => (validation.has(key) ? 'validation' : test.has(key) ? 'test' : 'train'))
}

/** @param most groups that may be drawn */
function drawn(
  order: readonly string[],
  sizes: ReadonlyMap<string, number>,
  {
    records,
    share,
    most,
  }: { readonly records: number; readonly share: number; readonly most: number },
): Set<string> {
  const target = Math.min(records - 1, Math.max(1, Math.round(records * share)))
  const taken = new Set<string>()
  let count = 0
  for (const key of order) {
    const size = sizes.get(key)!
    const nearer = Math.abs(count + size - target) < Math.abs(count - target)
    if (taken.size < most && (taken.size === 0 || nearer) && count < target) {
      taken.add(key)
      count += size
    }
  }
  return taken
}

function tooFew(path: string, records: number, different: number, others: number): UserError {
  const problem =
    records < 2
      ? 'has only one usable record'
      : different < 2
        ? `has ${records} records that are all the same`
        : `has only ${different} different records`
  const sides =
    others === 1
      ? 'at least one is for training and another for validation'
      : 'at least one each is for training, validation and test; ' +
        'or leave out the test split (test: 0)'
  return new UserError(path, problem, `Add records: ${sides}`)
}

/** Fisher and Yates. */
function shuffled<T>(values: T[], uniform: () => number): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[values[i], values[j]] = [values[j]!, values[i]!]
  }
  return values
}
