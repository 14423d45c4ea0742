import { studyNoise } from '../math/curve-smoother.js'
import type { Curve } from '../record/curve.js'
import type { ScoreEpoch } from '../settings/index.js'
import { posteriorCurveLosses } from '../search/epoch-aware/posterior-losses.js'
import { posteriorLosses } from '../search/gaussian-process/posterior-losses.js'
import { smoothedReadings } from '../search/smoothed-readings.js'
import { contains, type Params, type Space } from '../space/parameter.js'
import { TOP_TRIALS, order, type Estimates, type Ranked } from './order.js'

/** Fewer trials say too little of each other. */
const FEWEST = 4

/** A trial that may win, with its curve. */
export interface Contender extends Ranked {
  /** In terms of the space. */
  readonly params: Params
  /** The objective after each epoch, smaller is better; all finite. Empty if it is not known. */
  readonly losses: readonly number[]
  readonly bestEpoch: number
}

export interface SearchFacts {
  readonly space: Space
  readonly seed: number
  readonly scoreEpoch?: ScoreEpoch | undefined
  /** Most epochs of a trial, if an allocator bought epochs stage by stage. */
  readonly stagedEpochs: number | null
}

/**
 * What the model of the search expects of the first trials: the best of many noisy values is partly
 * luck, and the neighbors of a trial in the space say how much.
 *
 * In a study of stages the joint model of configuration and epoch, else a Gaussian process over
 * the final losses.
 *
 * @param contenders all complete trials
 * @returns undefined if the scores themselves decide: in a quiet study, with fewer than four
 *   trials, where a top trial is outside the space, and where configurations are repeated, since a
 *   mean over seeds measures what the model would estimate
 */
export function topTrialEstimates(
  contenders: readonly Contender[],
  { space, seed, scoreEpoch, stagedEpochs }: SearchFacts,
): Estimates | undefined {
  const top = order(contenders).slice(0, TOP_TRIALS)
  const inside = contenders.filter(
    ({ params, losses }) => losses.length > 0 && contains(space, params),
  )
  const curves = inside.map(({ losses }) => losses)
  const noise = studyNoise(curves)
  const repeats = contenders.some(({ trial, configuration }) => trial !== configuration)
  if (noise === 0 || repeats || inside.length < FEWEST) return undefined
  if (space.length === 0 || !top.every(trial => inside.includes(trial))) return undefined
  const losses =
    stagedEpochs === null
      ? posteriorLosses(
          space,
          smoothedReadings(curves, noise, scoreEpoch).map(({ loss, noise }, i) => ({
            ...contenderCurve(inside[i]!),
            loss,
            noise,
          })),
          top.map(({ params }) => params),
          seed,
        )
      : posteriorCurveLosses(
          space,
          inside.map(contenderCurve),
          stagedEpochs,
          top.map(({ trial, bestEpoch }) => ({ trial, epoch: bestEpoch })),
        )
  return new Map(top.map(({ trial }, i) => [trial, losses[i]!]))
}

function contenderCurve({ trial, params, losses }: Contender): Curve {
  return { trial, params, state: 'complete', losses }
}
