import { keyedUniform } from '../../math/random.js'
import type { Rationale } from '../../record/trial.js'
import { keeps, type Constraint } from '../../space/constraint.js'
import { canonical, contains, type Params, type Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'
import {
  configurationAt,
  configurationCount,
  configurationKey,
  feasibleCount,
} from '../../space/configurations.js'
import type { Sampler } from '../contract/sampler.js'
import { configurations } from '../contract/trial-outcomes.js'

const REDRAWS = 2000
const PURPOSE = 0x7265

/**
 * Keeps a sampler from proposing a configuration that was begun before, and one that breaks a
 * constraint.
 *
 * Such a proposal is redrawn at random. If no draw is new, a finite space is walked until a new
 * configuration is found. A space without one is exhausted.
 */
export function unrepeated(sampler: Sampler): Sampler {
  return {
    name: sampler.name,
    suggest(space, trials, request) {
      const { constraints = [], seed, trialNumber } = request
      const novelty = noveltyIn(space, configurations(trials), constraints)
      if (novelty.exhausted) return { kind: 'exhausted', reason: novelty.exhausted }
      const suggestion = sampler.suggest(space, trials, { ...request, admits: novelty.admits })
      if (suggestion.kind === 'exhausted' || novelty.admits(suggestion.params)) return suggestion
      const params = novelty.draw([seed, trialNumber])
      if (!params) return { kind: 'exhausted', reason: noNewDraw(constraints) }
      const fault = novelty.fault(suggestion.params)
      return { kind: 'params', params, rationale: substituteRationale(suggestion.rationale, fault) }
    },
  }
}

/** Which configurations of a space can still be proposed. */
export interface Novelty {
  /** Rationale none can; null while one can. */
  readonly exhausted: string | null
  admits(params: Params): boolean
  /** What is wrong with one that is not admitted, as a predicate. */
  fault(params: Params): string
  /** One that is admitted, drawn by the key of its randomness; undefined if none was found. */
  draw(key: readonly number[]): Params | undefined
}

/** @param begun every configuration so far */
export function noveltyIn(
  space: Space,
  begun: readonly Params[],
  constraints: readonly Constraint[],
): Novelty {
  const tried = new Set(
    begun.filter(params => contains(space, params)).map(params => configurationKey(space, params)),
  )
  const size = feasibleCount(space, constraints)
  const isTried = (params: Params) => tried.has(configurationKey(space, params))
  const admits = (params: Params) => !isTried(params) && keeps(constraints, params)
  return {
    exhausted: tried.size >= size ? `space exhausted, ${size} of ${size}` : null,
    admits,
    fault: params => (isTried(params) ? 'was already tried' : 'breaks a constraint'),
    draw(key) {
      const uniform = keyedUniform([...key, PURPOSE])
      const count = configurationCount(space)
      return (
        redraw(space, admits, uniform) ??
        (Number.isFinite(count) ? walk(space, count, admits, uniform) : undefined)
      )
    },
  }
}

export function substituteRationale({ method }: Rationale, fault: string): Rationale {
  return {
    method: 'random',
    text: `drawn at random: the suggestion of ${method} ${fault}`,
    expected: null,
  }
}

export function noNewDraw(constraints: readonly Constraint[]): string {
  const orConstraint = constraints.length > 0 ? ' or against a constraint' : ''
  return `space exhausted: ${REDRAWS} draws met only configurations already tried${orConstraint}`
}

function redraw(
  space: Space,
  admits: (params: Params) => boolean,
  uniform: () => number,
): Params | undefined {
  for (let draw = 0; draw < REDRAWS; draw++) {
    const params = canonical(space, paramsAt(space, space.map(uniform)))
    if (admits(params)) return params
  }
  return undefined
}

const MAX_STEPS = 100_000

/** From a random place in random, equal strides. */
function walk(
  space: Space,
  size: number,
  admits: (params: Params) => boolean,
  uniform: () => number,
): Params | undefined {
  let index = Math.floor(uniform() * size)
  const stride = coprime(1 + Math.floor(uniform() * (size - 1)), size)
  for (let step = 0; step < Math.min(size, MAX_STEPS); step++, index = (index + stride) % size) {
    const params = canonical(space, configurationAt(space, index))
    if (admits(params)) return params
  }
  return undefined
}

/**
 * The first number from `first` on that shares no factor with `size`: its multiples visit every
 * index.
 */
function coprime(first: number, size: number): number {
  for (let stride = first; ; stride++) if (gcd(stride, size) === 1) return stride
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
