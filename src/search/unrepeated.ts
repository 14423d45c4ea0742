import { keyedUniform } from '../math/random.js'
import { contains, type Params, type Space } from '../space/parameter.js'
import { paramsAt } from '../space/transform.js'
import { configurationAt, keyOf, sizeOf } from './configurations.js'
import { asked } from './history.js'
import type { Sampler, Suggestion } from './sampler.js'

const REDRAWS = 100
const PURPOSE = 0x7265

/**
 * Keeps a sampler from proposing what was already asked for, finished or running.
 *
 * A repeat is redrawn at random; where that fails a finite space is walked until something new is met. A space
 * without anything new is exhausted, and says so.
 */
export function unrepeated(sampler: Sampler): Sampler {
  return (space, history, request) => {
    const tried = new Set(asked(history).filter(params => contains(space, params)).map(params => keyOf(space, params)))
    const size = sizeOf(space)
    if (tried.size >= size) return { kind: 'exhausted', reason: `space exhausted, ${size} of ${size}` }
    const suggestion = sampler(space, history, request)
    if (suggestion.kind === 'exhausted' || !tried.has(keyOf(space, suggestion.params))) return suggestion
    const uniform = keyedUniform([request.seed, request.trialNumber, PURPOSE])
    const redrawn = redraw(space, tried, uniform) ?? (Number.isFinite(size) ? walk(space, size, tried, uniform) : undefined)
    if (!redrawn) return { kind: 'exhausted', reason: `space exhausted: ${REDRAWS} draws met only configurations already tried` }
    return substitute(redrawn, suggestion)
  }
}

function redraw(space: Space, tried: ReadonlySet<string>, uniform: () => number): Params | undefined {
  for (let draw = 0; draw < REDRAWS; draw++) {
    const params = paramsAt(space, space.map(uniform))
    if (!tried.has(keyOf(space, params))) return params
  }
  return undefined
}

/** From a random place in random, equal strides; at most one step more than there are tried configurations. */
function walk(space: Space, size: number, tried: ReadonlySet<string>, uniform: () => number): Params | undefined {
  let index = Math.floor(uniform() * size)
  const stride = coprime(1 + Math.floor(uniform() * (size - 1)), size)
  for (let step = 0; step <= tried.size; step++, index = (index + stride) % size) {
    const params = configurationAt(space, index)
    if (!tried.has(keyOf(space, params))) return params
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

function substitute(params: Params, { why }: Extract<Suggestion, { kind: 'params' }>): Suggestion {
  return { kind: 'params', params, why: { method: 'random', text: `drawn at random: what ${why.method} asked for was already tried`, expected: null } }
}
