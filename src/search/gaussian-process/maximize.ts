import { minimise } from '../../math/lbfgs.js'
import { keyedUniform, type Uniform } from '../../math/random.js'
import { sobol, SOBOL_DIMENSIONS } from '../../math/sobol.js'
import type { Choice, Parameter, Params, Space } from '../../space/parameter.js'
import { paramsAt, toUnit } from '../../space/transform.js'
import { encode, encodeAll, type Encoding } from './encoding.js'

/**
 * What is maximized over a space, as a function of the encoded point; the gradient by its columns
 * is written if it is passed.
 */
export interface Score {
  (point: Float64Array, gradient?: Float64Array): number
  /**
   * Of many points at once what their scores are at most, where that costs less than the scores,
   * and the score of each.
   *
   * @param points row-major, shape [count, columns]
   */
  readonly screened?: (
    points: Float64Array,
    count: number,
  ) => { readonly bounds: ArrayLike<number>; readonly exactScore: (i: number) => number }
}

export interface Found {
  readonly params: Params
  readonly score: number
}

export interface Around {
  /** Good points so far, best first: the search looks around them as well as everywhere. */
  readonly best: readonly Params[]
  readonly allowed: (params: Params) => boolean
  readonly effort?: Effort
}

export interface Effort {
  /**
   * Points that the search begins with, half of them everywhere and an eighth about each of four
   * good ones.
   */
  readonly candidates: number
  /** How many of them it climbs from. */
  readonly climbs: number
}

const EFFORT: Effort = { candidates: 512, climbs: 4 }
/** Each of a climb along the floats, then steps of the others. */
const ROUNDS = 3

/**
 * The best point of a space for a score: a spread of candidates, then a climb from the best few.
 * Floats climb by gradient; integers and categories step to their neighbours, rounded before the
 * score sees them.
 *
 * @returns undefined where no candidate is allowed
 */
export function maximize(
  encoding: Encoding,
  score: Score,
  around: Around,
  key: readonly number[],
): Found | undefined {
  return candidates(encoding, score, around, key).next().value ?? undefined
}

/**
 * As `maximize`, with the runners-up: tops of the other hills first, then points of the spread, all
 * of them allowed.
 */
export function* candidates(
  encoding: Encoding,
  score: Score,
  { best, allowed, effort = EFFORT }: Around,
  key: readonly number[],
): Generator<Found, undefined> {
  const { space } = encoding
  const uniform = keyedUniform(key)
  const point = new Float64Array(encoding.columns)
  const rate = (params: Params): Found => {
    encode(encoding, params, point)
    return { params, score: score(point) }
  }
  const spread = createSpread(encoding, score, [
    ...everywhere(space, effort.candidates / 2, uniform),
    ...best.flatMap(params => nearby(space, params, effort.candidates / 8, uniform)),
  ])
  yield* tops(encoding, spread, effort.climbs)
    .map(first => climb(encoding, score, rate, first))
    .sort((a, b) => b.score - a.score)
    .filter(({ params }) => allowed(params))
  yield* spread.bounds
    .map((_, i) => spread.found(i))
    .sort((a, b) => b.score - a.score)
    .filter(({ params }) => allowed(params))
}

/** Candidates whose scores are computed when they are needed. */
interface Spread {
  /** What the scores are at most. */
  readonly bounds: readonly number[]
  readonly found: (i: number) => Found
  readonly point: (i: number) => Float64Array
}

function createSpread(encoding: Encoding, score: Score, all: readonly Params[]): Spread {
  const { columns } = encoding
  const points = encodeAll(encoding, all)
  const rated: Found[] = []
  const point = (i: number) => points.subarray(i * columns, (i + 1) * columns)
  const screened = score.screened?.(points, all.length)
  return {
    bounds: screened ? Array.from(screened.bounds) : all.map(() => Infinity),
    found: i =>
      (rated[i] ??= {
        params: all[i]!,
        score: screened ? screened.exactScore(i) : score(point(i)),
      }),
    point,
  }
}

/**
 * The best few that are not next to a better one: climbs from one hill end on one top. Only what
 * may still be among them is scored.
 */
function tops({ lengths }: Encoding, { bounds, found, point }: Spread, count: number): Found[] {
  const waiting = bounds.map((_, i) => i).sort((a, b) => bounds[a]! - bounds[b]!)
  const scored: number[] = []
  const chosen: number[] = []
  const isNear = (i: number) =>
    chosen.some(
      top => point(top).reduce((sum, u, c) => sum + (u - point(i)[c]!) ** 2, 0) < 0.01 * lengths,
    )
  while (chosen.length < count && waiting.length + scored.length > 0) {
    const bound = waiting.length > 0 ? bounds[waiting.at(-1)!]! : -Infinity
    if (scored.length > 0 && !(bound > found(scored.at(-1)!).score)) {
      const best = scored.pop()!
      if (!isNear(best)) chosen.push(best)
      continue
    }
    const next = waiting.pop()!
    if (isNear(next)) continue
    scored.push(next)
    // The best last.
    for (let k = scored.length - 1; k > 0 && found(scored[k - 1]!).score > found(next).score; k--)
      [scored[k - 1], scored[k]] = [next, scored[k - 1]!]
  }
  return chosen.map(found)
}

function everywhere(space: Space, count: number, uniform: Uniform): Params[] {
  const shift = space.map(uniform)
  if (space.length > SOBOL_DIMENSIONS)
    return Array.from({ length: count }, () => paramsAt(space, space.map(uniform)))
  const found: Params[] = []
  for (const at of sobol(space.length, shift)) {
    if (found.push(paramsAt(space, at)) === count) break
  }
  return found
}

/** Steps of all sizes from a tenth of the space down, along some of the parameters. */
function nearby(space: Space, params: Params, count: number, uniform: Uniform): Params[] {
  const centre = space.map(parameter => toUnit(parameter, params[parameter.name]!))
  return Array.from({ length: count }, () => {
    const size = 0.2 * 10 ** (-2 * uniform())
    const moved = Math.floor(uniform() * space.length)
    return paramsAt(
      space,
      centre.map((u, i) => {
        const step = size * (uniform() + uniform() + uniform() - 1.5)
        return i === moved || uniform() < 0.5
          ? Math.min(
              1,
              Math.max(
                0,
                space[i]!.kind === 'categorical' && uniform() < 0.3 ? uniform() : u + step,
              ),
            )
          : u
      }),
    )
  })
}

function climb(
  encoding: Encoding,
  score: Score,
  rate: (params: Params) => Found,
  first: Found,
): Found {
  let top = first
  for (let round = 0; round < ROUNDS; round++) {
    top = better(top, climbFloats(encoding, score, rate, top))
    const before = top.score
    for (const parameter of encoding.space) {
      for (const value of neighbours(parameter, top.params[parameter.name]!))
        top = better(top, rate({ ...top.params, [parameter.name]: value }))
    }
    // Where no step helped, floats are at their top already.
    if (top.score - before < 1e-6) break
  }
  return top
}

function climbFloats(
  encoding: Encoding,
  score: Score,
  rate: (params: Params) => Found,
  from: Found,
): Found {
  const { space, firstColumn, columns } = encoding
  const floats = space.flatMap((parameter, i) =>
    parameter.kind === 'float' && firstColumn[i]! >= 0 ? [i] : [],
  )
  if (floats.length === 0) return from
  const units = space.map(parameter => toUnit(parameter, from.params[parameter.name]!))
  const configuration = (x: ArrayLike<number>) => ({
    ...from.params,
    ...paramsAt(
      floats.map(i => space[i]!),
      Array.from(x),
    ),
  })
  const point = new Float64Array(columns)
  const derivatives = new Float64Array(columns)
  encode(encoding, from.params, point)
  const objective = (x: Float64Array, gradient: Float64Array) => {
    floats.forEach((i, k) => (point[firstColumn[i]!] = x[k]!))
    const value = score(point, derivatives)
    floats.forEach((i, k) => (gradient[k] = -derivatives[firstColumn[i]!]!))
    return -value
  }
  const box = { lower: floats.map(() => 0), upper: floats.map(() => 1) }
  const { x } = minimise(
    objective,
    floats.map(i => units[i]!),
    box,
    { iterations: 30, tolerance: 1e-4, gain: 1e-4 },
  )
  return rate(configuration(x))
}

/** Values worth stepping to: all other categories; integers at distances 1, 2, 4, … both ways. */
function neighbours(parameter: Parameter, value: Choice): Choice[] {
  if (parameter.kind === 'categorical') return parameter.choices.filter(choice => choice !== value)
  if (parameter.kind === 'float') return []
  const found: number[] = []
  for (let step = 1; step <= parameter.high - parameter.low; step *= 2) {
    for (const near of [Number(value) - step, Number(value) + step])
      if (near >= parameter.low && near <= parameter.high) found.push(near)
  }
  return found
}

function better(a: Found, b: Found): Found {
  return b.score > a.score ? b : a
}
