import { keyedUniform } from '../../../math/random.js'
import type { Parameter } from '../../../space/parameter.js'
import { axesOf, initialDistribution, learn, rooted, type Distribution } from './distribution.js'
import { stretchOf } from './margin.js'
import { strategyOf, type Strategy } from './strategy.js'

/** Of the unit cube's width; the tutorial's advice, appendix C. */
const FIRST_STEP = 0.3
/**
 * Where every coordinate is known to a thousandth of its range, a study has nothing more to gain
 * there.
 */
const CONVERGED = 1e-3
const PURPOSE = 0x6373

/** A point of the unit cube and what came of it. */
export interface Told {
  readonly at: Float64Array
  readonly loss: number
}

export interface Course {
  readonly strategy: Strategy
  readonly distribution: Distribution
  readonly stretch: Float64Array
  /** How often it has begun anew, each time from a random place with twice the population. */
  readonly restarts: number
}

/**
 * Where a search stands after the points told, λ of them a generation in the order given. It is
 * found anew from all of them each time, so there is nothing to be kept between calls.
 *
 * Points need not have been drawn from the distribution that learns from them: defaults, points to
 * start from, or those of slots that were asked before their generation began. One that lies far
 * outside it is taken for a nearer one in its direction.
 *
 * Source: Auger & Hansen, "A restart CMA evolution strategy with increasing population size", CEC
 * 2005; Hansen, "Injecting external solutions into CMA-ES", arXiv 1110.4181, 2011, for the points
 * from elsewhere.
 */
export function courseOf(
  parameters: readonly Parameter[],
  told: readonly Told[],
  seed: number,
  population?: number,
): Course {
  const n = parameters.length
  let strategy = strategyOf(n, population)
  let distribution = initialDistribution(new Float64Array(n).fill(0.5), FIRST_STEP)
  let stretch = stretchOf(strategy, distribution, parameters)
  let restarts = 0
  for (let from = 0; from + strategy.population <= told.length;) {
    const generation = told
      .slice(from, from + strategy.population)
      .sort((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss))
    from += strategy.population
    const learned = learn(strategy, distribution, stepsOf(distribution, stretch, generation))
    distribution = { ...learned, step: Math.min(learned.step, 1) }
    if (widest(distribution) < CONVERGED) {
      restarts++
      strategy = strategyOf(n, 2 * strategy.population)
      distribution = initialDistribution(
        new Float64Array(n).map(keyedUniform([seed, restarts, PURPOSE])),
        FIRST_STEP,
      )
    }
    stretch = stretchOf(strategy, distribution, parameters)
  }
  return { strategy, distribution, stretch, restarts }
}

/** (x − mean) / step, none longer than a draw from the distribution would be in all likelihood. */
function stepsOf(
  distribution: Distribution,
  stretch: Float64Array,
  generation: readonly Told[],
): Float64Array[] {
  const n = stretch.length
  const roots = axesOf(distribution)
  const longest = Math.sqrt(n) + (2 * n) / (n + 2)
  return generation.map(({ at }) => {
    const step = at.map((x, i) => (x - distribution.mean[i]!) / (distribution.step * stretch[i]!))
    const length = Math.hypot(...rooted(roots, step, -1))
    return length > longest ? step.map(value => (value * longest) / length) : step
  })
}

function widest({ step, covariance, mean: { length: n } }: Distribution): number {
  return step * Math.sqrt(Math.max(...Array.from({ length: n }, (_, i) => covariance[i * n + i]!)))
}
