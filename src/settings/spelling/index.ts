import { UserError } from '../../errors.js'
import type { Family } from '../setting.js'
import type { Canonical } from './calls.js'
import { checkList } from './list.js'
import { readObject, type CanonicalObject } from './object.js'
import { readText } from './text.js'

/**
 * A parameter of a search space in our spelling, from that of Optuna, W&B, Ray Tune, Hydra or NNI,
 * or from another sign for a range.
 *
 * @param at how the user spelled the place
 * @throws UserError for what can be read in two ways or in none, with what to write
 */
export function spellParameter(
  input: unknown,
  at: string,
  family: Family,
): Canonical | CanonicalObject {
  if (input === null || input === undefined)
    throw new UserError(at, 'has no value', 'Write a range low..high, or a list such as [4, 8]')
  if (Array.isArray(input)) return checkList(input as readonly unknown[], at)
  if (typeof input === 'object')
    return readObject(input as Readonly<Record<string, unknown>>, at, family)
  if (typeof input === 'number' && !Number.isFinite(input))
    throw new UserError(at, `${input} is not a finite number`, 'Write a range low..high')
  if (typeof input === 'string') {
    const read = readText(input, at)
    return typeof read === 'object' && 'low' in read ? readObject({ ...read }, at, family) : read
  }
  if (typeof input === 'number' || typeof input === 'boolean') return input
  throw new UserError(at, `a ${typeof input} is no range`, 'Write low..high, or a list')
}
