import { cdf } from '../math/normal.js'
import { standardNormal, type Uniform } from '../math/random.js'
import type { Choice, Parameter, Params, Space } from '../space/parameter.js'
import { paramsAt, toUnit } from '../space/transform.js'

/**
 * A density over a space as a mixture: one component for each configuration, centred there, and one flat one, the prior. A component is a product over
 * parameters: a normal cut off at the bounds for numbers (in a cell of it for integers), for categories its own choice with a little of all.
 *
 * A component is as wide as the gap to its neighbours, at least a hundredth of the space.
 *
 * Source: Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011; one mixture over all parameters as in Falkner, Klein & Hutter,
 * "BOHB", ICML 2018; widths and weights as Watanabe, "Tree-structured Parzen estimator", arXiv 2304.11127, 2023, describes Optuna's.
 */
export interface Parzen {
  readonly space: Space
  /** Shape [components], sum 1; the prior is the last. */
  readonly weights: Float64Array
  readonly axes: readonly Axis[]
}

type Axis =
  /** Shapes [components], in unit coordinates. */
  | { readonly kind: 'number'; readonly centres: Float64Array; readonly widths: Float64Array }
  /** Probability of each choice, shape [components][choices]. */
  | { readonly kind: 'choice'; readonly shares: readonly (readonly number[])[] }

/** @param configurations oldest first: from 25 on older ones count less */
export function parzen(space: Space, configurations: readonly Params[]): Parzen {
  const raw = [...recency(configurations.length), 1]
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  return { space, weights: Float64Array.from(raw, weight => weight / total), axes: space.map(parameter => axisOf(parameter, configurations.map(params => params[parameter.name]!))) }
}

/** log density in unit coordinates; a category or an integer counts with its probability. */
export function logDensity({ space, weights, axes }: Parzen, params: Params): number {
  const logs = Array.from(weights, (weight, component) => axes.reduce((sum, axis, i) => sum + Math.log(along(axis, component, space[i]!, params[space[i]!.name]!)), Math.log(weight)))
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
}

/** A configuration drawn from the density. */
export function draw({ space, weights, axes }: Parzen, uniform: Uniform): Params {
  const component = pick(Array.from(weights), uniform())
  const at = axes.map((axis, i) => {
    if (axis.kind === 'number') return truncatedNormal(axis.centres[component]!, axis.widths[component]!, uniform)
    const choices = axis.shares[component]!
    return toUnit(space[i]!, (space[i] as Extract<Parameter, { kind: 'categorical' }>).choices[pick(choices, uniform())]!)
  })
  return paramsAt(space, at)
}

function recency(count: number): number[] {
  const full = 25
  const ramp = Math.max(0, count - full)
  return Array.from({ length: count }, (_, i) => (i >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + (1 - 1 / count) * (i / (ramp - 1))))
}

function axisOf(parameter: Parameter, values: readonly Choice[]): Axis {
  const components = values.length + 1
  if (parameter.kind === 'categorical') {
    const size = parameter.choices.length
    const flat = 1 / components
    const shares = values.map(value => parameter.choices.map(choice => (flat + (choice === value ? 1 : 0)) / (1 + size * flat)))
    return { kind: 'choice', shares: [...shares, parameter.choices.map(() => 1 / size)] }
  }
  const centres = values.map(value => toUnit(parameter, value))
  return { kind: 'number', centres: Float64Array.from([...centres, 0.5]), widths: Float64Array.from([...widthsOf(centres), 1]) }
}

/** The larger gap to a neighbour; an outermost one has but one neighbour. */
function widthsOf(centres: readonly number[]): number[] {
  const order = centres.map((_, i) => i).sort((a, b) => centres[a]! - centres[b]!)
  const ends = [0, ...order.map(i => centres[i]!), 1]
  const least = 1 / Math.min(100, centres.length + 2)
  const widths = new Array<number>(centres.length)
  order.forEach((i, rank) => {
    const below = ends[rank + 1]! - ends[rank]!
    const above = ends[rank + 2]! - ends[rank + 1]!
    const alone = centres.length < 2
    const gap = !alone && rank === 0 ? above : !alone && rank === centres.length - 1 ? below : Math.max(below, above)
    widths[i] = Math.min(1, Math.max(least, gap))
  })
  return widths
}

function along(axis: Axis, component: number, parameter: Parameter, value: Choice): number {
  if (axis.kind === 'choice') return axis.shares[component]![(parameter as Extract<Parameter, { kind: 'categorical' }>).choices.indexOf(value)]!
  const centre = axis.centres[component]!
  const width = axis.widths[component]!
  const mass = between(-centre / width, (1 - centre) / width)
  if (parameter.kind === 'int') {
    const [from, to] = cellOf(parameter, Number(value))
    return Math.max(Number.MIN_VALUE, between((from - centre) / width, (to - centre) / width) / mass)
  }
  const z = (toUnit(parameter, value) - centre) / width
  return Math.max(Number.MIN_VALUE, Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * width * mass))
}

/** Unit coordinates of an integer's cell, from its lower to its upper edge. */
export function cellOf(parameter: Extract<Parameter, { kind: 'int' }>, value: number): readonly [number, number] {
  const { low, high, scale } = parameter
  const at = scale === 'log' ? Math.log : Number
  const [from, to] = [at(low - 0.5), at(high + 0.5)]
  return [(at(value - 0.5) - from) / (to - from), (at(value + 0.5) - from) / (to - from)]
}

function between(from: number, to: number): number {
  // Differences on the right tail are taken on the left one, where they don't cancel.
  return from > 0 ? cdf(-from) - cdf(-to) : cdf(to) - cdf(from)
}

function pick(weights: readonly number[], u: number): number {
  let sum = 0
  const found = weights.findIndex(weight => (sum += weight) > u)
  return found < 0 ? weights.length - 1 : found
}

/** By rejection: the centre lies within the bounds and the width is at most theirs, so that a third of the draws or more are kept. */
function truncatedNormal(centre: number, width: number, uniform: Uniform): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const at = centre + width * standardNormal(uniform)
    if (at >= 0 && at <= 1) return at
  }
  return centre
}
