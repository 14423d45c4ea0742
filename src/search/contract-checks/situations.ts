import { keyedUniform, type Uniform } from '../../math/random.js'
import type { Curve } from '../../record/curve.js'
import { canonical, type Params, type Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'

/** One statement of a contract. `check` throws an `Error` if the strategy breaks it. */
export interface ContractCheck {
  readonly name: string
  readonly check: () => void
}

/** A point in the life of a study. */
export interface Situation {
  readonly space: Space
  readonly trials: readonly Curve[]
  readonly seed: number
  readonly trialNumber: number
}

const SITUATIONS = 40
const MAX_TRIALS = 14

const spaces: readonly Space[] = [
  [{ kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' }],
  [
    { kind: 'float', name: 'learningRate', low: 1e-5, high: 1e-1, scale: 'log' },
    { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
  ],
  [
    { kind: 'categorical', name: 'optimizer', choices: ['adamw', 'sgd', 'lion'] },
    {
      kind: 'float',
      name: 'momentum',
      low: 0,
      high: 0.99,
      scale: 'linear',
      when: { name: 'optimizer', is: ['sgd'] },
    },
    { kind: 'int', name: 'layers', low: 1, high: 8, scale: 'linear' },
  ],
  [
    { kind: 'float', name: 'fixed', low: 0.5, high: 0.5, scale: 'linear' },
    { kind: 'categorical', name: 'flag', choices: [true, false] },
    { kind: 'float', name: 'weightDecay', low: 1e-6, high: 1, scale: 'log' },
  ],
]

/**
 * Studies of up to fourteen trials in all states: none at all, all failed, equal losses, losses of
 * any size. The same ones at every call.
 */
export function situations(): readonly Situation[] {
  return Array.from({ length: SITUATIONS }, (_, seed) => {
    const uniform = keyedUniform([seed, 0x7369])
    const space = spaces[seed % spaces.length]!
    const count = Math.floor(uniform() * (MAX_TRIALS + 1))
    const scale = 10 ** (Math.floor(uniform() * 13) - 6)
    const trials = Array.from({ length: count }, (_, trial) =>
      randomCurve(space, trial, uniform, seed % 5 === 0 ? () => 1 : () => scale * uniform()),
    )
    return { space, trials, seed, trialNumber: count }
  })
}

function randomCurve(space: Space, trial: number, uniform: Uniform, loss: () => number): Curve {
  const params: Params = canonical(space, paramsAt(space, space.map(uniform)))
  const fate = uniform()
  if (fate < 0.15) return { trial, params, state: 'failed', losses: [] }
  if (fate < 0.35) return { trial, params, state: 'running', losses: [] }
  const losses = Array.from({ length: 1 + Math.floor(uniform() * 8) }, loss)
  const state = fate < 0.85 ? 'complete' : 'pruned'
  return { trial, params, state, losses, loss: Math.min(...losses) }
}

/** @throws Error with the message if the condition does not hold */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

export function assertEqual(actual: unknown, expected: unknown, message: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  assert(a === b, `${message}: ${a} instead of ${b}`)
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

/** Whether a value is the same after it was written as JSON and read again. */
export function survivesJson(value: unknown): boolean {
  return isSame(JSON.parse(JSON.stringify(value)), value)
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Object.is(a, b) || (a === 0 && b === 0)
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return (
    keys.length === others.length &&
    keys.every(key =>
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  )
}
