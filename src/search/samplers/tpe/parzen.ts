import { cdf } from '../../../math/normal.js'
import { standardNormal, type Uniform } from '../../../math/random.js'
import type { Choice, Parameter, Params, Space } from '../../../space/parameter.js'
import { paramsAt, toUnit } from '../../../space/transform.js'

/**
 * A density over a space as a mixture: one component for each configuration, centred there, and one
 * flat one, the prior. A component is a product over parameters: a normal cut off at the bounds for
 * numbers (in a cell of it for integers), for categories its own choice with a little of all.
 *
 * A component is as wide as the gap to its neighbours, at least a hundredth of the space.
 *
 * Source: Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011; one mixture
 * over all parameters as in Falkner, Klein & Hutter, "BOHB", ICML 2018; widths and weights as
 * Watanabe, "Tree-structured Parzen estimator", arXiv 2304.11127, 2023, describes Optuna's.
 */
export interface Parzen {
  readonly space: Space
  /** Shape [components], sum 1; the prior is the last. */
  readonly weights: Float64Array
  readonly axes: readonly Axis[]
}

/** What the components are along one parameter. */
interface Axis {
  /** Adds to each component's logarithm, shape [components], that of its density at a value. */
  readonly add: (value: Choice, logs: Float64Array) => void
  /** A unit coordinate drawn from one component. */
  readonly draw: (component: number, uniform: Uniform) => number
}

/** @param configurations oldest first: from 25 on older ones count less */
export function parzen(space: Space, configurations: readonly Params[]): Parzen {
  const raw = [...recency(configurations.length), 1]
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  return {
    space,
    weights: Float64Array.from(raw, weight => weight / total),
    axes: space.map(parameter =>
      parzenAxis(
        parameter,
        configurations.map(params => params[parameter.name]!),
      ),
    ),
  }
}

/** log density in unit coordinates; a category or an integer counts with its probability. */
export function logDensity({ space, weights, axes }: Parzen, params: Params): number {
  const logs = weights.map(Math.log)
  axes.forEach((axis, i) => axis.add(params[space[i]!.name]!, logs))
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (let i = 0; i < logs.length; i++) {
    const below = logs[i]! - most
    if (below > NEGLIGIBLE) sum += Math.exp(below)
  }
  return most + Math.log(sum)
}

/**
 * Of ten thousand components that are less than this each, in logarithms, all together are below
 * the rounding of one.
 */
const NEGLIGIBLE = -50

/** A configuration drawn from the density. */
export function draw({ space, weights, axes }: Parzen, uniform: Uniform): Params {
  const component = pick(weights, uniform())
  return paramsAt(
    space,
    axes.map(axis => axis.draw(component, uniform)),
  )
}

function recency(count: number): number[] {
  const full = 25
  const ramp = Math.max(0, count - full)
  return Array.from({ length: count }, (_, i) =>
    i >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + (1 - 1 / count) * (i / (ramp - 1)),
  )
}

function parzenAxis(parameter: Parameter, values: readonly Choice[]): Axis {
  if (parameter.kind === 'categorical') return choiceAxis(parameter, values)
  const observed = values.map(value => toUnit(parameter, value))
  const centres = Float64Array.from([...observed, 0.5])
  const widths = Float64Array.from([...kernelWidths(observed), 1])
  const add =
    parameter.kind === 'int'
      ? inCells(parameter, centres, widths)
      : inPoints(parameter, centres, widths)
  return {
    add,
    draw: (component, uniform) => truncatedNormal(centres[component]!, widths[component]!, uniform),
  }
}

function choiceAxis(
  parameter: Extract<Parameter, { kind: 'categorical' }>,
  values: readonly Choice[],
): Axis {
  const { choices } = parameter
  const flat = 1 / (values.length + 1)
  const [own, other] = [
    (flat + 1) / (1 + choices.length * flat),
    flat / (1 + choices.length * flat),
  ]
  const logs = { own: Math.log(own), other: Math.log(other), prior: -Math.log(choices.length) }
  const chosen = Int32Array.from(values, value => choices.indexOf(value))
  return {
    add(value, sums) {
      const index = choices.indexOf(value)
      for (let component = 0; component < chosen.length; component++)
        sums[component]! += chosen[component] === index ? logs.own : logs.other
      sums[chosen.length]! += logs.prior
    },
    draw(component, uniform) {
      const shares = choices.map((_, i) =>
        component === chosen.length ? 1 / choices.length : i === chosen[component] ? own : other,
      )
      return toUnit(parameter, choices[pick(shares, uniform())]!)
    },
  }
}

/** Densities of the truncated normals at a number. */
function inPoints(parameter: Parameter, centres: Float64Array, widths: Float64Array): Axis['add'] {
  const constant = centres.map(
    (centre, i) => -Math.log(Math.sqrt(2 * Math.PI) * widths[i]! * cellMass(centre, widths[i]!)),
  )
  const narrowness = widths.map(width => 1 / width)
  return (value, sums) => {
    const u = toUnit(parameter, value)
    for (let i = 0; i < sums.length; i++) {
      const z = (u - centres[i]!) * narrowness[i]!
      sums[i]! += constant[i]! - 0.5 * z * z
    }
  }
}

/**
 * Masses of the truncated normals in an integer's cell. Those of one centre and one width are
 * alike, which of integers many are.
 */
function inCells(
  parameter: Extract<Parameter, { kind: 'int' }>,
  centres: Float64Array,
  widths: Float64Array,
): Axis['add'] {
  const first: number[] = []
  const indices = new Map<number, Map<number, number>>()
  const like = Int32Array.from(centres, (centre, i) => {
    const ofCentre = indices.get(centre) ?? new Map<number, number>()
    indices.set(centre, ofCentre)
    const index = ofCentre.get(widths[i]!) ?? first.push(i) - 1
    ofCentre.set(widths[i]!, index)
    return index
  })
  const masses = first.map(i => cellMass(centres[i]!, widths[i]!))
  return (value, sums) => {
    const [from, to] = choiceCell(parameter, Number(value))
    const logs = first.map((i, index) =>
      Math.log(
        Math.max(
          Number.MIN_VALUE,
          between((from - centres[i]!) / widths[i]!, (to - centres[i]!) / widths[i]!) /
            masses[index]!,
        ),
      ),
    )
    for (let i = 0; i < sums.length; i++) sums[i]! += logs[like[i]!]!
  }
}

/** The larger gap to a neighbour; an outermost one has but one neighbour. */
function kernelWidths(centres: readonly number[]): Float64Array {
  const sorted = Float64Array.from(centres).sort()
  const least = 1 / Math.min(100, centres.length + 2)
  const last = centres.length - 1
  const widths = sorted.map((centre, rank) => {
    const below = centre - (rank > 0 ? sorted[rank - 1]! : 0)
    const above = (rank < last ? sorted[rank + 1]! : 1) - centre
    const gap =
      last === 0
        ? Math.max(below, above)
        : rank === 0
          ? above
          : rank === last
            ? below
            : Math.max(below, above)
    return Math.min(1, Math.max(least, gap))
  })
  // Equal centres take their ranks in their own order.
  const taken = new Int32Array(centres.length)
  return Float64Array.from(centres, centre => {
    const rank = firstAt(sorted, centre)
    return widths[rank + taken[rank]!++]!
  })
}

/** Where the first of what is not below a number stands in a sorted row. */
function firstAt(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Unit coordinates of an integer's cell, from its lower to its upper edge. */
export function choiceCell(
  parameter: Extract<Parameter, { kind: 'int' }>,
  value: number,
): readonly [number, number] {
  const { low, high, scale } = parameter
  const at = scale === 'log' ? Math.log : Number
  const [from, to] = [at(low - 0.5), at(high + 0.5)]
  return [(at(value - 0.5) - from) / (to - from), (at(value + 0.5) - from) / (to - from)]
}

/** Of a normal between the bounds. */
function cellMass(centre: number, width: number): number {
  return between(-centre / width, (1 - centre) / width)
}

function between(from: number, to: number): number {
  // Differences on the right tail are taken on the left one, where they don't cancel.
  return from > 0 ? cdf(-from) - cdf(-to) : cdf(to) - cdf(from)
}

function pick(weights: ArrayLike<number>, u: number): number {
  for (let i = 0, sum = 0; i < weights.length; i++) if ((sum += weights[i]!) > u) return i
  return weights.length - 1
}

/**
 * By rejection: the centre lies within the bounds and the width is at most theirs, so that a third
 * of the draws or more are kept.
 */
function truncatedNormal(centre: number, width: number, uniform: Uniform): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const at = centre + width * standardNormal(uniform)
    if (at >= 0 && at <= 1) return at
  }
  return centre
}
