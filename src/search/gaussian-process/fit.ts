import { minimise } from '../../math/lbfgs.js'
import { keyedUniform } from '../../math/random.js'
import { createLogLikelihood } from './likelihood.js'
import { condition, type Data, type Process } from './process.js'

/** A normal prior on the logarithm of a hyperparameter. */
export interface Prior {
  readonly mean: number
  readonly deviation: number
}

export interface Priors {
  /** Of the variance s² of the function, in variances of y. */
  readonly amplitude: Prior
  /** Of each length, in widths of the space. */
  readonly length: Prior
  /** Of the noise variance t², in variances of y. */
  readonly noise: Prior
}

/** Bounds on the logarithms: beyond them the likelihood is flat or the covariance singular. */
const BOUNDS = {
  amplitude: [Math.log(0.05), Math.log(50)],
  length: [Math.log(0.02), Math.log(50)],
  noise: [Math.log(1e-6), Math.log(1)],
} as const

/** Steps taken from each start before the best of them continues. */
const SCOUTED = 8

/**
 * Lengths widen with the number of parameters, since distances do (Hvarfner, Hellsten & Nardi,
 * "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024). Their medians,
 * 0.41 for two parameters and 1.27 for seven, and that of the noise, a hundredth of the losses'
 * deviation, are those with the least regret on the learning-curve benchmark among halves and
 * doubles of them.
 */
export function defaultPriors(lengths: number): Priors {
  return {
    amplitude: { mean: 0, deviation: 1 },
    length: { mean: Math.log(0.22) + 0.9 * Math.log(Math.max(1, lengths)), deviation: 1 },
    noise: { mean: Math.log(1e-4), deviation: 2 },
  }
}

/**
 * The process at the hyperparameters of highest posterior density, the best of several starts.
 *
 * @param key of the starts' randomness
 */
export function fit(data: Data, priors: Priors, key: readonly number[], starts = 3): Process {
  const centre = hyperparameters(data, priors, prior => prior.mean)
  const uniform = keyedUniform(key)
  const box = { lower: bounds(data, 0), upper: bounds(data, 1) }
  const noise = box.lower.length - 1
  box.lower[noise] = Math.min(
    Math.max(box.lower[noise]!, Math.log(data.minNoise ?? 0)),
    box.upper[noise]!,
  )
  const objective = negativeLogPosterior(data, priors)
  let best = { x: centre, value: Infinity }
  for (let attempt = 0; attempt < starts; attempt++) {
    const from =
      attempt === 0
        ? centre
        : hyperparameters(
            data,
            priors,
            ({ mean, deviation }) => mean + deviation * (2 * uniform() - 1) * Math.sqrt(3),
          )
    const found = minimise(objective, from, box, { iterations: SCOUTED, tolerance: 1e-4 })
    if (found.value < best.value) best = found
  }
  best = minimise(objective, best.x, box, { iterations: 60, tolerance: 0.02, gain: 1e-3 })
  return conditionSafely(data, best.x)
}

/**
 * As `condition`; where the covariance is singular in double precision, noise is raised until it is
 * not.
 */
export function conditionSafely(data: Data, theta: Float64Array, like?: Process): Process {
  for (let safe = theta; ; safe = withNoise(safe, safe.at(-1)! + Math.log(10))) {
    const process = condition(data, safe, like)
    if (process) return process
  }
}

function withNoise(theta: Float64Array, noise: number): Float64Array {
  const copy = theta.slice()
  copy[copy.length - 1] = noise
  return copy
}

function negativeLogPosterior(
  data: Data,
  priors: Priors,
): (theta: Float64Array, gradient: Float64Array) => number {
  const spread = hyperparameters(data, priors, prior => prior.deviation)
  const centre = hyperparameters(data, priors, prior => prior.mean)
  const logLikelihood = createLogLikelihood(data)
  return (theta, gradient) => {
    let value = -logLikelihood(theta, gradient)
    for (let i = 0; i < theta.length; i++) {
      const z = (theta[i]! - centre[i]!) / spread[i]!
      value += 0.5 * z * z
      gradient[i] = z / spread[i]! - gradient[i]!
    }
    return value
  }
}

function hyperparameters(
  { lengths }: Data,
  priors: Priors,
  of: (prior: Prior) => number,
): Float64Array {
  return Float64Array.from([
    of(priors.amplitude),
    ...Array.from({ length: lengths }, () => of(priors.length)),
    of(priors.noise),
  ])
}

function bounds({ lengths }: Data, end: 0 | 1): Float64Array {
  return Float64Array.from([
    BOUNDS.amplitude[end],
    ...Array.from({ length: lengths }, () => BOUNDS.length[end]),
    BOUNDS.noise[end],
  ])
}
