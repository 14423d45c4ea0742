import { UserError } from '../../errors.js'
import { kerasEarlyStopping } from './keras.js'
import { optunaPatience } from './optuna.js'
import { patience } from './patience.js'
import { generalisationLossRule, progressQuotientRule, successiveRisesRule } from './prechelt.js'
import type { Rule } from './rule.js'

export {
  kerasEarlyStopping,
  optunaPatience,
  patience,
  generalisationLossRule,
  progressQuotientRule,
  successiveRisesRule,
}
export { stopOf } from './rule.js'
export type { Losses, Rule } from './rule.js'
export type { KerasOptions } from './keras.js'

interface Family {
  readonly name: string
  /** How it is written. */
  readonly usage: string
  readonly arity: readonly [least: number, most: number]
  /** Whether its first argument counts epochs. */
  readonly counts: boolean
  make(first: number, second?: number): Rule
}

/** The classic rules, by the names that their papers and libraries give them. */
export const RULES: readonly Family[] = [
  {
    name: 'patience',
    usage: 'patience(EPOCHS, MIN_DELTA)',
    arity: [1, 2],
    counts: true,
    make: patience,
  },
  { name: 'GL', usage: 'GL(PERCENT)', arity: [1, 1], counts: false, make: generalisationLossRule },
  {
    name: 'PQ',
    usage: 'PQ(QUOTIENT)',
    arity: [1, 1],
    counts: false,
    make: alpha => progressQuotientRule(alpha),
  },
  {
    name: 'UP',
    usage: 'UP(STRIPS)',
    arity: [1, 1],
    counts: true,
    make: rises => successiveRisesRule(rises),
  },
  {
    name: 'keras',
    usage: 'keras(PATIENCE, MIN_DELTA)',
    arity: [0, 2],
    counts: true,
    make: (first = 0, minDelta = 0) => kerasEarlyStopping({ patience: first, minDelta }),
  },
  {
    name: 'optuna',
    usage: 'optuna(PATIENCE, MIN_DELTA)',
    arity: [1, 2],
    counts: true,
    make: optunaPatience,
  },
]

/**
 * A rule by its name and arguments: `patience(5, 0.001)`, `GL(5)`, `PQ(0.5)`, `UP(2)`, `keras(3)`,
 * `optuna(5)`.
 *
 * @throws UserError for a name, a number or a count of arguments that no rule has
 */
export function ruleNamed(text: string): Rule {
  const [, name = '', list = ''] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/.exec(text) ?? []
  const family = RULES.find(each => each.name.toLowerCase() === name.toLowerCase())
  if (!family)
    throw new UserError(
      `stopping rule ${JSON.stringify(text)}`,
      'is not one that is known',
      `Use one of ${RULES.map(({ usage }) => usage).join(', ')}`,
    )
  const values = list.trim() === '' ? [] : list.split(',').map(Number)
  const [least, most] = family.arity
  const wrong =
    values.length < least ||
    values.length > most ||
    values.some(value => !Number.isFinite(value) || value < 0)
  if (
    wrong ||
    (family.counts &&
      values.length > 0 &&
      (!Number.isInteger(values[0]) ||
        (values[0] === 0 && !['keras', 'optuna'].includes(family.name))))
  ) {
    throw new UserError(
      `stopping rule ${JSON.stringify(text)}`,
      'does not have the numbers that it needs',
      `Write it as ${family.usage}`,
    )
  }
  return family.make(values[0]!, values[1])
}
