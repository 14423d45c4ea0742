import { nearest, UserError } from '../../errors.js'
import { asha } from './asha.js'
import { hyperband } from './hyperband.js'
import { medianPruner, percentile, PERCENTILE_DEFAULTS } from './percentile.js'
import type { Pruner } from '../contract/pruner.js'
import { RUNG_DEFAULTS } from './rungs.js'

export type {
  PrunedCurve,
  Pruner,
  PrunerFacts,
  Promotion,
  PromotingPruner,
  StoppingPruner,
} from '../contract/pruner.js'

interface Argument {
  readonly name: string
  /** What stands for it where it is left out; without, it must be given. */
  readonly fallback?: number
  readonly least: number
  /** Exclusive; with it, the number need not be whole. */
  readonly below?: number
}

interface Family {
  readonly name: string
  readonly takes: readonly Argument[]
  make(values: readonly number[]): Pruner
}

const peers = { name: 'PEERS', fallback: PERCENTILE_DEFAULTS.peers, least: 1 }
const warmup = { name: 'WARMUP', fallback: PERCENTILE_DEFAULTS.warmup, least: 0 }
const factor = { name: 'FACTOR', fallback: RUNG_DEFAULTS.factor, least: 2 }
const least = { name: 'LEAST', fallback: RUNG_DEFAULTS.least, least: 1 }

const families: readonly Family[] = [
  {
    name: 'median',
    takes: [peers, warmup],
    make: ([peers, warmup]) => medianPruner({ peers: peers!, warmup: warmup! }),
  },
  {
    name: 'percentile',
    takes: [{ name: 'PERCENT', least: 0, below: 100 }, peers, warmup],
    make: ([percent, peers, warmup]) => percentile(percent!, { peers: peers!, warmup: warmup! }),
  },
  {
    name: 'asha',
    takes: [factor, least],
    make: ([factor, least]) => asha({ factor: factor!, least: least! }),
  },
  {
    name: 'hyperband',
    takes: [factor, least],
    make: ([factor, least]) => hyperband({ factor: factor!, least: least! }),
  },
]

/** How each pruner is written, its arguments with what stands for them where they are left out. */
export const PRUNERS: readonly string[] = families.map(usage)

/**
 * A pruner by its name and arguments: `median`, `median(5, 2)`, `percentile(25)`, `asha(3)`,
 * `hyperband(3, 1)`.
 *
 * @throws UserError for a name that no pruner has, and for arguments that do not fit
 */
export function prunerNamed(text: string): Pruner {
  const at = `pruner ${JSON.stringify(text)}`
  const [, name = '', list = ''] = /^\s*([\w-]+)\s*(?:\((.*)\))?\s*$/.exec(text) ?? []
  const family = families.find(each => each.name === name.toLowerCase())
  if (!family) {
    const close = nearest(
      name,
      families.map(({ name }) => name),
    )
    throw new UserError(
      at,
      'is not one that is known',
      `${close ? `Did you mean ${close}? ` : ''}Use one of ${PRUNERS.join(', ')}`,
    )
  }
  const given =
    list.trim() === ''
      ? []
      : list.split(',').map(word => (word.trim() === '' ? Number.NaN : Number(word)))
  if (given.length > family.takes.length)
    throw new UserError(at, `has ${given.length} arguments`, `Write it as ${usage(family)}`)
  return family.make(
    family.takes.map((argument, i) =>
      checked(argument, given[i] ?? argument.fallback, at, usage(family)),
    ),
  )
}

function checked(
  { name, least, below }: Argument,
  value: number | undefined,
  at: string,
  usage: string,
): number {
  if (value === undefined) throw new UserError(at, `lacks its ${name}`, `Write it as ${usage}`)
  const fits =
    below === undefined ? Number.isInteger(value) && value >= least : value > least && value < below
  const wanted =
    below === undefined
      ? `a whole number from ${least} on`
      : `a number between ${least} and ${below}`
  if (!fits) throw new UserError(at, `${name} is ${value}, not ${wanted}`, `Write it as ${usage}`)
  return value
}

function usage({ name, takes }: Family): string {
  return `${name}(${takes.map(argument => (argument.fallback === undefined ? argument.name : `${argument.name}=${argument.fallback}`)).join(', ')})`
}
