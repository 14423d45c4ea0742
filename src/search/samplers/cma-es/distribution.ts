import { symmetricEigen } from '../../../math/eigen.js'
import type { Strategy } from './strategy.js'

/**
 * The normal distribution N(mean, step² C) that points are drawn from, and what it remembers of how
 * it moved.
 */
export interface Distribution {
  /** Shape [n]. */
  readonly mean: Float64Array
  readonly step: number
  /** C: row-major, shape [n, n]. */
  readonly covariance: Float64Array
  /** Shape [n]: how the mean moved, in the coordinates where C is round. */
  readonly stepPath: Float64Array
  /** Shape [n]. */
  readonly path: Float64Array
  /** Generations it has learned from. */
  readonly generation: number
}

/** A round one. */
export function initialDistribution(mean: Float64Array, step: number): Distribution {
  const n = mean.length
  const covariance = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
  return {
    mean,
    step,
    covariance,
    stepPath: new Float64Array(n),
    path: new Float64Array(n),
    generation: 0,
  }
}

/** C = B diag(scales²) Bᵀ; the columns of `axes` are B. */
export interface Axes {
  readonly axes: Float64Array
  readonly scales: Float64Array
}

export function principalAxes({ covariance, mean }: Distribution): Axes {
  const { values, vectors } = symmetricEigen(covariance, mean.length)
  return { axes: vectors, scales: values.map(value => Math.sqrt(Math.max(value, 1e-20))) }
}

/** C^(1/2) v for the power 1, C^(−1/2) v for −1. */
export function rooted({ axes, scales }: Axes, v: Float64Array, power: 1 | -1): Float64Array {
  const n = v.length
  const result = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    let along = 0
    for (let i = 0; i < n; i++) along += axes[i * n + j]! * v[i]!
    along *= scales[j]! ** power
    for (let i = 0; i < n; i++) result[i]! += axes[i * n + j]! * along
  }
  return result
}

/**
 * What a distribution learns from a generation: mean, step size by the length of its path,
 * covariance by its path (rank one) and the generation's points (rank µ, those of the worse half
 * with negative weights).
 *
 * @param steps y = (x − mean) / step of the generation's points, best first; shape [population][n]
 *
 * Source: Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, 2016, equations 41 to
 * 47.
 */
export function learn(
  strategy: Strategy,
  from: Distribution,
  steps: readonly Float64Array[],
): Distribution {
  const { n, weights, effective, rankOne, rankMu, stepRate, damping, pathRate, expectedLength } =
    strategy
  const roots = principalAxes(from)
  const move = new Float64Array(n)
  for (let k = 0; k < strategy.parents; k++)
    for (let i = 0; i < n; i++) move[i]! += weights[k]! * steps[k]![i]!
  const mean = from.mean.map((value, i) => value + from.step * move[i]!)

  const round = rooted(roots, move, -1)
  const stepPath = from.stepPath.map(
    (value, i) =>
      (1 - stepRate) * value + Math.sqrt(stepRate * (2 - stepRate) * effective) * round[i]!,
  )
  const length = Math.hypot(...stepPath)
  const step = from.step * Math.exp((stepRate / damping) * (length / expectedLength - 1))

  const generation = from.generation + 1
  // A path that is long already stalls, lest C grow along with the step size.
  const usual =
    length / Math.sqrt(1 - (1 - stepRate) ** (2 * (generation + 1))) <
    (1.4 + 2 / (n + 1)) * expectedLength
  const path = from.path.map(
    (value, i) =>
      (1 - pathRate) * value +
      (usual ? Math.sqrt(pathRate * (2 - pathRate) * effective) * move[i]! : 0),
  )

  const decay =
    1 -
    rankOne -
    rankMu * weights.reduce((a, b) => a + b, 0) +
    (usual ? 0 : rankOne * pathRate * (2 - pathRate))
  const covariance = from.covariance.map(
    (value, at) => decay * value + rankOne * path[Math.floor(at / n)]! * path[at % n]!,
  )
  steps.forEach((y, k) => {
    const weight = weights[k]!
    // A bad point counts by its direction: however far away, it takes no more than n from C.
    const share =
      weight >= 0 ? weight : (weight * n) / (Math.hypot(...rooted(roots, y, -1)) ** 2 + 1e-8)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) covariance[i * n + j]! += rankMu * share * y[i]! * y[j]!
  })
  return { mean, step, covariance, stepPath, path, generation }
}
