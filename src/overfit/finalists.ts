import { mean, sampleStandardDeviation } from '../math/statistics.js'
import { keyedUniform, standardNormal } from '../math/random.js'
import {
  estimatedDifferenceError,
  estimatedError,
  Z,
  type ValidationSet,
} from './evaluation-error.js'

/** A trial that is ranked. */
export interface Finalist {
  readonly number: number
  /**
   * The value that ranks it: its best validation loss, or a mean over trainings with other seeds;
   * nats, lower is better.
   */
  readonly loss: number
  /**
   * Standard error of `loss` apart from the examples: the noise of its curve, its seed. 0 if
   * unknown.
   */
  readonly noise?: number
}

export interface FinalistRank {
  readonly number: number
  /** From 1. */
  readonly rank: number
  readonly loss: number
  /** 95% interval of the loss on other examples of the same kind. */
  readonly low: number
  readonly high: number
  /** Probability that it is the best of all. */
  readonly first: number
  /** Whether the first is better by more than chance, at 95%. False for the first itself. */
  readonly behind: boolean
}

export interface Ranking {
  readonly standings: readonly FinalistRank[]
  /**
   * Nats by which the winner's loss is likely to be too low, because it is the minimum of many.
   */
  readonly selectionBias: number
}

const DRAWS = 1000

/**
 * Ranks trials by loss, with the significance of the ranking.
 *
 * Trials measured on the same examples share part of their error, which does not affect their
 * order; the error of their difference does. A parametric bootstrap estimates the selection bias:
 * it draws losses around the likely true losses, takes the lowest of each draw, and compares it
 * with its true loss. The true losses of the first trials are likely to be closer together than the
 * measurements, so they are shrunk towards their mean (James–Stein) by the spread that noise alone
 * causes.
 *
 * Source: Tibshirani & Tibshirani, "A bias correction for the minimum error rate in
 * cross-validation", Annals of Applied Statistics 2009.
 */
export function rankFinalists(finalists: readonly Finalist[], set: ValidationSet): Ranking {
  const sorted = [...finalists].sort((a, b) => a.loss - b.loss || a.number - b.number)
  const [winner] = sorted
  if (!winner) return { standings: [], selectionBias: 0 }
  // Each trial's own part of the error of a difference.
  const own = sorted.map(({ loss, noise = 0 }) =>
    Math.hypot(estimatedDifferenceError(loss, winner.loss, set) / Math.SQRT2, noise),
  )
  const difference = (i: number) => Math.hypot(own[i]!, own[0]!)
  const near = sorted.filter(({ loss }, i) => loss - winner.loss <= 3 * difference(i))
  const truths = [
    ...shrunk(
      near.map(({ loss }) => loss),
      own[0]!,
    ),
    ...sorted.slice(near.length).map(({ loss }) => loss),
  ]
  const { first, selectionBias } = bootstrap(
    sorted.map(({ loss }) => loss),
    truths,
    own,
  )
  const standings = sorted.map(({ number, loss, noise = 0 }, i) => {
    const error = Math.hypot(estimatedError(loss, set), noise)
    return {
      number,
      rank: i + 1,
      loss,
      low: Math.max(0, loss - Z * error),
      high: loss + Z * error,
      first: first[i]!,
      behind: i > 0 && loss - winner.loss > Z * difference(i),
    }
  })
  return { standings, selectionBias }
}

/** A configuration trained with several seeds, as one finalist. */
export function overSeeds(number: number, losses: readonly number[]): Finalist {
  return {
    number,
    loss: mean([...losses]),
    noise: losses.length > 1 ? sampleStandardDeviation([...losses]) / Math.sqrt(losses.length) : 0,
  }
}

/**
 * Pulls readings towards their mean by the share of their spread that an error of this size
 * explains.
 */
function shrunk(losses: readonly number[], error: number): number[] {
  if (losses.length < 2) return [...losses]
  const centre = mean([...losses])
  const spread = sampleStandardDeviation([...losses]) ** 2
  const real = spread > 0 ? Math.max(0, 1 - (error * error) / spread) : 0
  return losses.map(loss => centre + real * (loss - centre))
}

function bootstrap(
  readings: readonly number[],
  truths: readonly number[],
  errors: readonly number[],
): { first: number[]; selectionBias: number } {
  const uniform = keyedUniform([DRAWS, readings.length])
  const first = readings.map(() => 0)
  let selectionBias = 0
  for (let draw = 0; draw < DRAWS; draw++) {
    let best = 0
    let lowest = Infinity
    let luckiest = 0
    let drawn = Infinity
    readings.forEach((reading, i) => {
      const error = errors[i]! * standardNormal(uniform)
      if (reading + error < lowest) {
        lowest = reading + error
        best = i
      }
      if (truths[i]! + error < drawn) {
        drawn = truths[i]! + error
        luckiest = i
      }
    })
    first[best]! += 1 / DRAWS
    selectionBias += (truths[luckiest]! - drawn) / DRAWS
  }
  return { first, selectionBias: Math.max(0, selectionBias) }
}
