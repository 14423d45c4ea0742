import { keyedUniform } from '../../../math/random.js'
import type { Parameter } from '../../../space/parameter.js'
import {
  principalAxes,
  initialDistribution,
  learn,
  rooted,
  type Distribution,
} from './distribution.js'
import { integerStretch } from './margin.js'
import { strategyParameters, type Strategy } from './strategy.js'

/** Of the unit cube's width; the tutorial's advice, appendix C. */
const FIRST_STEP = 0.3
/**
 * If every coordinate is known to a thousandth of its range, a study has nothing more to gain
 * there.
 */
const CONVERGED = 1e-3
const PURPOSE = 0x6373

/** A point of the unit cube and its loss. */
export interface EvaluatedPoint {
  readonly at: Float64Array
  readonly loss: number
}

export interface Evolution {
  readonly strategy: Strategy
  readonly distribution: Distribution
  readonly stretch: Float64Array
  /** Restarts so far, each from a random place with twice the population. */
  readonly restarts: number
}

/**
 * The state of the strategy after some evaluated points, λ of them a generation in their order. It
 * is computed from all of them each time, so there is no state between calls.
 *
 * Points need not be drawn from the distribution that learns from them: they can be defaults,
 * initial points, or those of slots that were filled before their generation began. One that lies
 * far outside the distribution is replaced by a nearer one in its direction.
 *
 * Source: Auger & Hansen, "A restart CMA evolution strategy with increasing population size", CEC
 * 2005; Hansen, "Injecting external solutions into CMA-ES", arXiv 1110.4181, 2011, for the points
 * from elsewhere.
 */
export function evolve(
  parameters: readonly Parameter[],
  points: readonly EvaluatedPoint[],
  seed: number,
  population?: number,
): Evolution {
  const n = parameters.length
  let strategy = strategyParameters(n, population)
  let distribution = initialDistribution(new Float64Array(n).fill(0.5), FIRST_STEP)
  let stretch = integerStretch(strategy, distribution, parameters)
  let restarts = 0
  for (let first = 0; first + strategy.population <= points.length;) {
    const generation = points
      .slice(first, first + strategy.population)
      .sort((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss))
    first += strategy.population
    const learned = learn(
      strategy,
      distribution,
      normalizedSteps(distribution, stretch, generation),
    )
    distribution = { ...learned, step: Math.min(learned.step, 1) }
    if (widest(distribution) < CONVERGED) {
      restarts++
      strategy = strategyParameters(n, 2 * strategy.population)
      distribution = initialDistribution(
        new Float64Array(n).map(keyedUniform([seed, restarts, PURPOSE])),
        FIRST_STEP,
      )
    }
    stretch = integerStretch(strategy, distribution, parameters)
  }
  return { strategy, distribution, stretch, restarts }
}

/** (x − mean) / step, none longer than a draw from the distribution would be in all likelihood. */
function normalizedSteps(
  distribution: Distribution,
  stretch: Float64Array,
  generation: readonly EvaluatedPoint[],
): Float64Array[] {
  const n = stretch.length
  const roots = principalAxes(distribution)
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
