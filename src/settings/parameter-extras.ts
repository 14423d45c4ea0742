import { UserError } from '../errors.js'
import type { Choice, Condition, Parameter } from '../space/parameter.js'

/**
 * Under which values of another parameter one is searched, as people write it: `when: { schedule:
 * [linear, cosine] }`.
 */
export type WrittenCondition = Readonly<Record<string, Choice | readonly Choice[]>>

interface Extras {
  readonly choices?: readonly Choice[] | undefined
  readonly step?: number | undefined
  readonly when?: WrittenCondition | undefined
}

/** Values that a range with a step may have. */
const MOST_STEPS = 1000

/**
 * Reads what a parameter written as an object says besides its bounds: its condition, a list of
 * choices, or the step between two values.
 *
 * @param read reads what is left
 * @throws UserError naming the place
 */
export function readExtras<W>(written: W, at: string, read: (plain: W) => Parameter): Parameter {
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    return read(written)
  const { when, choices, step, ...bounds } = written as W & Extras & { low?: number; high?: number }
  const parameter = choices
    ? read(choices as W)
    : step === undefined
      ? read(bounds as W)
      : read(stepped(bounds.low!, bounds.high!, step, at) as W)
  return when ? { ...parameter, when: readCondition(when, at) } : parameter
}

/** The way back. */
export function writeExtras(parameter: Parameter, plain: unknown): unknown {
  const { when } = parameter
  if (!when) return plain
  const bounds =
    parameter.kind === 'categorical'
      ? { choices: parameter.choices }
      : { low: parameter.low, high: parameter.high, scale: parameter.scale }
  return { ...bounds, when: { [when.name]: when.is.length === 1 ? when.is[0]! : when.is } }
}

function readCondition(when: WrittenCondition, at: string): Condition {
  const [first, ...more] = Object.entries(when)
  if (!first || more.length > 0)
    throw new UserError(
      `${at}.when`,
      `names ${first ? 'more than one' : 'no'} parameter`,
      'Name one, as in when: { schedule: [linear, cosine] }',
    )
  const [name, is] = first
  if (name === 'epochs')
    throw new UserError(
      `${at}.when`,
      'depends on epochs, which are read off the curve',
      'Name another parameter',
    )
  return { name, is: Array.isArray(is) ? (is as readonly Choice[]) : [is as Choice] }
}

function stepped(low: number, high: number, step: number, at: string): number[] {
  const count = Math.floor((high - low) / step + 1e-9) + 1
  if (!(step > 0) || !(count >= 1) || count > MOST_STEPS)
    throw new UserError(
      `${at}.step`,
      `${step} does not divide ${low}..${high} into 1 to ${MOST_STEPS} values`,
      'Choose another step',
    )
  // Twelve digits: 0.1 + 0.2 is meant to be 0.3.
  return Array.from({ length: count }, (_, i) => Number((low + i * step).toPrecision(12)))
}
