import type { Curve } from '../../record/curve.js'
import { median } from '../../math/statistics.js'
import type { Params, Space } from '../../space/parameter.js'
import type { EarlierStudy, EvaluatedCurve } from '../contract/sampler.js'
import { evaluated, failed as failedParams } from '../contract/trial-outcomes.js'
import { encodeAll, createEncoding, type Encoding } from './encoding.js'
import { earlierModels, priorMean, type PriorMean } from './prior-mean.js'
import { fitted, predict, type Data, type Process } from './process.js'
import { conditionedProcess, fittedTheta, milestone } from './fit-cache.js'
import { fitStandard, type Standard } from './standardize.js'
import { subsample } from './subsample.js'

const PURPOSE = { fit: 0x6674, earlier: 0x6561 } as const
/** The fewest trials for a model: three first trials can be running when the next slot is free. */
export const MIN_OBSERVED = 2
/** This many own trials show the spread of the losses without the help of earlier studies. */
const ENOUGH_FOR_SCALE = 8

/**
 * Most trials that the model is conditioned on, and most of them that its parameters are learned
 * from. A suggestion costs their cube; with these it takes as long after ten thousand trials as
 * after three hundred.
 */
const MAX_ROWS = { observed: 300, failed: 60, learned: 100 } as const

/**
 * Share of the rows that the bound of `screen` is computed from. With a third, a quarter of the
 * candidates have to be scored; with a fifth, half.
 */
const SCREENING_SHARE = 1 / 3

/** A Gaussian process of a study's trials. */
export interface FittedModel {
  readonly encoding: Encoding
  /** Between losses and the standardized values of the process. */
  readonly standard: Standard
  /** The evaluated trials that the process is conditioned on, its first rows. */
  readonly observed: readonly EvaluatedCurve[]
  /** What earlier studies predict; the process models the difference from it. */
  readonly prior: PriorMean
  readonly model: Process
}

/**
 * @param trials each encodable, two or more of them evaluated
 * @param seed of the study
 */
export function fitModel(
  space: Space,
  trials: readonly Curve[],
  seed: number,
  earlierStudies: readonly EarlierStudy[] = [],
): FittedModel {
  const encoding = createEncoding(space)
  const all = evaluated(trials)
  const standard = fitStandard(scaleLosses(all, earlierStudies))
  const observed = modelRows(all)
  const prior = priorFrom(encoding, observed, standard.forward, earlierStudies, seed)
  const rows = { observed, failed: subsample(failedParams(trials), MAX_ROWS.failed) }
  const model = learn(encoding, rows, all, standard.forward, seed, prior)
  return { encoding, standard, observed, prior, model }
}

/**
 * The process conditioned on fantasies as well: each pending configuration comes out exactly as the
 * process expects, so that next to it nothing is left to learn.
 */
export function withFantasies(
  model: Process,
  encoding: Encoding,
  pending: readonly Params[],
): Process {
  if (pending.length === 0) return model
  const { data } = model
  const points = encodeAll(encoding, pending)
  const means = pending.map(
    (_, i) => predict(model, points.subarray(i * data.columns, (i + 1) * data.columns)).mean,
  )
  return conditionedProcess(
    {
      ...data,
      X: Float64Array.from([...data.X, ...points]),
      y: Float64Array.from([...data.y, ...means]),
      n: data.n + pending.length,
      noiselessFrom: data.n,
    },
    model.theta,
  )
}

/** How many of n rows, the first ones, `screen` computes its bound from. */
export function screeningRows(n: number): number {
  return Math.ceil(n * SCREENING_SHARE)
}

/** Posterior mean at the inputs of the process, shape [n]. */
export function posteriorMeans(model: Process, prior = ZERO): Float64Array {
  const { X, columns } = model.data
  return fitted(model).map((mean, i) => mean + prior(X.subarray(i * columns, (i + 1) * columns)))
}

export function byLoss(curves: readonly EvaluatedCurve[]): EvaluatedCurve[] {
  return [...curves].sort((a, b) => a.loss - b.loss)
}

/**
 * The trials that the model is conditioned on. First come some of the best and some of all others,
 * which by themselves bound the expected improvement, then the others as they ended: a further
 * trial is then mostly a further row. The order has no other consequence.
 */
function modelRows(curves: readonly EvaluatedCurve[]): readonly EvaluatedCurve[] {
  const selected = new Set(
    curves.length > MAX_ROWS.observed ? subsample(byLoss(curves), MAX_ROWS.observed) : curves,
  )
  const reached = curves.slice(0, milestone(curves.length)).filter(one => selected.has(one))
  const first = new Set(subsample(byLoss(reached), screeningRows(reached.length)))
  return [...first, ...curves.filter(one => selected.has(one) && !first.has(one))]
}

interface Rows {
  readonly observed: readonly EvaluatedCurve[]
  readonly failed: readonly Params[]
}

/**
 * The process on the rows. Its parameters are learned from at most a hundred trials; without
 * earlier studies, from those up to the last milestone, in standard deviations of their own losses.
 *
 * @param all every evaluated trial, in their order
 */
function learn(
  encoding: Encoding,
  rows: Rows,
  all: readonly EvaluatedCurve[],
  forward: (loss: number) => number,
  seed: number,
  prior: PriorMean,
): Process {
  const alone = prior === ZERO
  const past = alone ? all.slice(0, milestone(all.length)) : all
  const learnForward = alone ? fitStandard(past.map(({ loss }) => loss)).forward : forward
  const enough = past.length + rows.failed.length <= MAX_ROWS.learned
  const failed = enough ? rows.failed : subsample(rows.failed, MAX_ROWS.learned / 4)
  const observed = enough ? past : subsample(byLoss(past), MAX_ROWS.learned - failed.length)
  const theta = fittedTheta(
    {
      ...processData(encoding, { observed, failed }, learnForward, prior),
      minNoise: noiseVariance(past, learnForward),
    },
    [seed, PURPOSE.fit],
  )
  return conditionedProcess(processData(encoding, rows, forward, prior), theta)
}

/** Variance of the noise that the trials' curves show, standardized. */
function noiseVariance(
  curves: readonly EvaluatedCurve[],
  forward: (loss: number) => number,
): number {
  return (
    median(
      curves.map(({ loss, noise = 0 }) => (noise > 0 ? forward(loss + noise) - forward(loss) : 0)),
    ) ** 2
  )
}

/** The prior mean without earlier studies. */
const ZERO: PriorMean = () => 0

/**
 * The losses that the scale is taken from. The spread of a few own trials, all near the best known
 * configuration, would not be that of the space. So the losses of the earlier studies stand beside
 * them, moved so that their best is ours.
 */
function scaleLosses(
  curves: readonly EvaluatedCurve[],
  earlierStudies: readonly EarlierStudy[],
): number[] {
  const own = curves.map(({ loss }) => loss)
  if (own.length >= ENOUGH_FOR_SCALE) return own
  const lowest = Math.min(...own)
  return [
    ...own,
    ...earlierStudies.flatMap(({ trials }) => {
      const losses = trials.map(({ loss }) => loss)
      const theirs = Math.min(...losses)
      // In proportion if the losses are positive, as the standard takes them.
      return lowest > 0 && theirs > 0
        ? losses.map(loss => loss * (lowest / theirs))
        : losses.map(loss => loss - theirs + lowest)
    }),
  ]
}

/** What the earlier studies predict, as far as these trials agree. */
function priorFrom(
  encoding: Encoding,
  observed: readonly EvaluatedCurve[],
  forward: (loss: number) => number,
  earlierStudies: readonly EarlierStudy[],
  seed: number,
): PriorMean {
  if (earlierStudies.length === 0) return ZERO
  return priorMean(
    earlierModels(encoding, earlierStudies, [seed, PURPOSE.earlier]),
    encodeAll(
      encoding,
      observed.map(({ params }) => params),
    ),
    Float64Array.from(observed, ({ loss }) => forward(loss)),
  ).mean
}

/**
 * Observed trials first, in their order, then failed ones with the worst observed value; all less
 * the prior mean.
 */
function processData(
  encoding: Encoding,
  { observed, failed }: Rows,
  forward: (loss: number) => number,
  prior: PriorMean,
): Data {
  const values = observed.map(({ loss }) => forward(loss))
  const worst = Math.max(...values)
  const X = encodeAll(encoding, [...observed.map(({ params }) => params), ...failed])
  const { columns, lengthIndex, lengths } = encoding
  const y = Float64Array.from(
    [...values, ...failed.map(() => worst)],
    (value, i) => value - prior(X.subarray(i * columns, (i + 1) * columns)),
  )
  return { X, y, n: y.length, columns, lengthIndex, lengths }
}
