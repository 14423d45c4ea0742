import { keyedUniform } from '../math/random.js'
import { keeps } from '../space/constraint.js'
import { canonical, contains, type Params, type Space } from '../space/parameter.js'
import { paramsAt } from '../space/transform.js'
import { configurationAt, feasibleSize, keyOf, sizeOf } from './configurations.js'
import { asked } from './history.js'
import type { Sampler, Suggestion } from './sampler.js'

const REDRAWS = 2000
const PURPOSE = 0x7265

/**
 * Keeps a sampler from proposing what was already asked for, finished or running, and what breaks a constraint.
 *
 * Such a point is redrawn at random; where that fails a finite space is walked until something new is met. A space
 * without anything new is exhausted, and says so.
 */
export function unrepeated(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const { constraints = [] } = request
    const tried = new Set(asked(history).filter(params => contains(space, params)).map(params => keyOf(space, params)))
    const size = feasibleSize(space, constraints)
    if (tried.size >= size) return { kind: 'exhausted', reason: `space exhausted, ${size} of ${size}` }
    const admits = (params: Params) => !tried.has(keyOf(space, params)) && keeps(constraints, params)
    const suggestion = sampler(space, history, { ...request, admits })
    if (suggestion.kind === 'exhausted' || admits(suggestion.params)) return suggestion
    const uniform = keyedUniform([request.seed, request.trialNumber, PURPOSE])
    const whole = sizeOf(space)
    const redrawn = redraw(space, admits, uniform) ?? (Number.isFinite(whole) ? walk(space, whole, admits, uniform) : undefined)
    if (!redrawn) return { kind: 'exhausted', reason: `space exhausted: ${REDRAWS} draws met only configurations already tried${constraints.length > 0 ? ' or against a constraint' : ''}` }
    return substitute(redrawn, suggestion, tried.has(keyOf(space, suggestion.params)) ? 'was already tried' : 'breaks a constraint')
  }
}

function redraw(space: Space, admits: (params: Params) => boolean, uniform: () => number): Params | undefined {
  for (let draw = 0; draw < REDRAWS; draw++) {
    const params = canonical(space, paramsAt(space, space.map(uniform)))
    if (admits(params)) return params
  }
  return undefined
}

const MOST_STEPS = 100_000

/** From a random place in random, equal strides. */
function walk(space: Space, size: number, admits: (params: Params) => boolean, uniform: () => number): Params | undefined {
  let index = Math.floor(uniform() * size)
  const stride = coprime(1 + Math.floor(uniform() * (size - 1)), size)
  for (let step = 0; step < Math.min(size, MOST_STEPS); step++, index = (index + stride) % size) {
    const params = canonical(space, configurationAt(space, index))
    if (admits(params)) return params
  }
  return undefined
}

/** The first number from `from` on that shares no factor with `size`: its multiples visit every index. */
function coprime(from: number, size: number): number {
  for (let stride = from; ; stride++) if (gcd(stride, size) === 1) return stride
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

function substitute(params: Params, { why }: Extract<Suggestion, { kind: 'params' }>, fault: string): Suggestion {
  return { kind: 'params', params, why: { method: 'random', text: `drawn at random: what ${why.method} asked for ${fault}`, expected: null } }
}
