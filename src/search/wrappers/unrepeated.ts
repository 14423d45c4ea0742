import { keyedUniform } from '../../math/random.js'
import type { Rationale } from '../../record/trial.js'
import { keeps, type Constraint } from '../../space/constraint.js'
import { canonical, contains, type Params, type Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'
import { configurationAt, feasibleSize, keyOf, sizeOf } from '../../space/configurations.js'
import { asked } from '../contract/history.js'
import type { Sampler } from '../contract/sampler.js'

const REDRAWS = 2000
const PURPOSE = 0x7265

/**
 * Keeps a sampler from proposing what was already asked for, finished or running, and what breaks a
 * constraint.
 *
 * Such a point is redrawn at random; where that fails a finite space is walked until something new
 * is met. A space without anything new is exhausted, and says so.
 */
export function unrepeated(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const { constraints = [], seed, trialNumber } = request
    const novel = noveltyOf(space, asked(history), constraints)
    if (novel.exhausted) return { kind: 'exhausted', reason: novel.exhausted }
    const suggestion = sampler(space, history, { ...request, admits: novel.admits })
    if (suggestion.kind === 'exhausted' || novel.admits(suggestion.params)) return suggestion
    const other = novel.another([seed, trialNumber])
    if (!other) return { kind: 'exhausted', reason: noneMet(constraints) }
    return {
      kind: 'params',
      params: other,
      rationale: substituteFor(suggestion.rationale, novel.fault(suggestion.params)),
    }
  }
}

/** What of a space may still be proposed. */
export interface Novelty {
  /** Why nothing may; null while something may. */
  readonly exhausted: string | null
  admits(params: Params): boolean
  /** What is wrong with one that is not admitted, in words that follow its name. */
  fault(params: Params): string
  /** One that is admitted, by the key of its randomness; undefined where none was met. */
  another(key: readonly number[]): Params | undefined
}

/** @param asked every configuration so far */
export function noveltyOf(
  space: Space,
  asked: readonly Params[],
  constraints: readonly Constraint[],
): Novelty {
  const tried = new Set(
    asked.filter(params => contains(space, params)).map(params => keyOf(space, params)),
  )
  const size = feasibleSize(space, constraints)
  const isTried = (params: Params) => tried.has(keyOf(space, params))
  const admits = (params: Params) => !isTried(params) && keeps(constraints, params)
  return {
    exhausted: tried.size >= size ? `space exhausted, ${size} of ${size}` : null,
    admits,
    fault: params => (isTried(params) ? 'was already tried' : 'breaks a constraint'),
    another(key) {
      const uniform = keyedUniform([...key, PURPOSE])
      const whole = sizeOf(space)
      return (
        redraw(space, admits, uniform) ??
        (Number.isFinite(whole) ? walk(space, whole, admits, uniform) : undefined)
      )
    },
  }
}

export function substituteFor({ method }: Rationale, fault: string): Rationale {
  return {
    method: 'random',
    text: `drawn at random: what ${method} asked for ${fault}`,
    expected: null,
  }
}

export function noneMet(constraints: readonly Constraint[]): string {
  return `space exhausted: ${REDRAWS} draws met only configurations already tried${constraints.length > 0 ? ' or against a constraint' : ''}`
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

const MOST_STEPS = 100_000

/** From a random place in random, equal strides. */
function walk(
  space: Space,
  size: number,
  admits: (params: Params) => boolean,
  uniform: () => number,
): Params | undefined {
  let index = Math.floor(uniform() * size)
  const stride = coprime(1 + Math.floor(uniform() * (size - 1)), size)
  for (let step = 0; step < Math.min(size, MOST_STEPS); step++, index = (index + stride) % size) {
    const params = canonical(space, configurationAt(space, index))
    if (admits(params)) return params
  }
  return undefined
}

/**
 * The first number from `from` on that shares no factor with `size`: its multiples visit every
 * index.
 */
function coprime(from: number, size: number): number {
  for (let stride = from; ; stride++) if (gcd(stride, size) === 1) return stride
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
