import { median } from '../../math/statistics.js'
import type { Params, Space } from '../../space/parameter.js'
import type { History, Observation } from '../contract/history.js'
import type { EarlierStudy } from '../contract/sampler.js'
import { thinned } from './subsample.js'
import { encodeAll, encodingOf, type Encoding } from './encoding.js'
import { earlierModels, priorMean, type PriorMean } from './prior-mean.js'
import { fitted, predict, type Data, type Process } from './process.js'
import { conditionedOn, learned, milestone } from './remembered.js'
import { standardOf, type Standard } from './standardize.js'

const PURPOSE = { fit: 0x6674, earlier: 0x6561 } as const
/**
 * A model of two points is not a model, but three first trials may be running when the next slot
 * asks.
 */
export const LEAST_OBSERVED = 2
/** So many own trials tell how far losses are spread without the help of earlier studies. */
const ENOUGH = 8

/**
 * Trials that the model is conditioned on, and those of them that its lengths and noise are learned
 * from. A suggestion costs their cube; with these it takes as long after ten thousand trials as
 * after three hundred.
 */
const MODELLED = { observed: 300, failed: 60, learned: 100 } as const

/**
 * Of the data, how much goes into the bound that candidates are sorted out by. With a third a
 * quarter of all have to be scored, with a fifth half.
 */
const SCREENED = 1 / 3

/** What a search has learned. */
export interface Learned {
  readonly encoding: Encoding
  /** Between losses and what the process takes for normal. */
  readonly standard: Standard
  /** The trials that the process is conditioned on, its first rows. */
  readonly kept: readonly Observation[]
  /**
   * What earlier studies expect, of which the process knows no more than what this one differs by.
   */
  readonly prior: PriorMean
  readonly model: Process
}

/**
 * The Gaussian process of a history of at least two finished trials, each with a place among the
 * space's points.
 *
 * @param seed of the study
 */
export function modelOf(
  space: Space,
  { observed, failed }: History,
  seed: number,
  earlier: readonly EarlierStudy[] = [],
): Learned {
  const encoding = encodingOf(space)
  const standard = standardOf(scaled(observed, earlier))
  const kept = telling(observed)
  const prior = priorOf(encoding, kept, standard.forward, earlier, seed)
  const known = { observed: kept, pending: [], failed: thinned(failed, MODELLED.failed) }
  return {
    encoding,
    standard,
    kept,
    prior,
    model: learn(encoding, known, observed, standard.forward, seed, prior),
  }
}

/**
 * Which of the finished trials is the best as the model sees it: under noise the luckiest
 * measurement is not the best trial.
 *
 * @param observed at least one, each inside the space
 * @returns its index
 */
export function believedBest(space: Space, observed: readonly Observation[], seed: number): number {
  if (observed.length < LEAST_OBSERVED) return 0
  const { model, kept } = modelOf(space, { observed, pending: [], failed: [] }, seed)
  return observed.indexOf(kept[lowest(means(model).subarray(0, kept.length))]!)
}

/**
 * The process had the running trials come out exactly as it expects: next to them there is nothing
 * left to learn.
 */
export function believing(model: Process, encoding: Encoding, pending: readonly Params[]): Process {
  if (pending.length === 0) return model
  const { data } = model
  const more = encodeAll(encoding, pending)
  const means = pending.map(
    (_, i) => predict(model, more.subarray(i * data.columns, (i + 1) * data.columns)).mean,
  )
  const x = Float64Array.from([...data.x, ...more])
  return conditionedOn(
    {
      ...data,
      x,
      y: Float64Array.from([...data.y, ...means]),
      n: data.n + pending.length,
      exactFrom: data.n,
    },
    model.theta,
  )
}

/**
 * How many of a process's n rows, the first, go into the bound that candidates are sorted out by.
 */
export function bounding(n: number): number {
  return Math.ceil(n * SCREENED)
}

/**
 * The trials that the model is conditioned on. First come some of the best and some of all others,
 * which by themselves bound the expected improvement, then the rest as they ended: a trial more is
 * then mostly a row more. The order is of no other consequence.
 */
function telling(observed: readonly Observation[]): readonly Observation[] {
  const kept = new Set(
    observed.length > MODELLED.observed ? thinned(ranked(observed), MODELLED.observed) : observed,
  )
  const reached = observed.slice(0, milestone(observed.length)).filter(one => kept.has(one))
  const first = new Set(thinned(ranked(reached), bounding(reached.length)))
  return [...first, ...observed.filter(one => kept.has(one) && !first.has(one))]
}

/**
 * The process on what is known. Its parameters are learned from no more than a hundred trials, and
 * where no earlier study tells what to expect, from those up to the last milestone, in deviations
 * of their own losses.
 *
 * @param observed all finished trials, in their order
 */
function learn(
  encoding: Encoding,
  known: History,
  observed: readonly Observation[],
  forward: (loss: number) => number,
  seed: number,
  prior: PriorMean,
): Process {
  const alone = prior === NOTHING
  const told = alone ? observed.slice(0, milestone(observed.length)) : observed
  const measured = alone ? standardOf(told.map(({ loss }) => loss)).forward : forward
  const enough = told.length + known.failed.length <= MODELLED.learned
  const failed = enough ? known.failed : thinned(known.failed, MODELLED.learned / 4)
  const few = enough ? told : thinned(ranked(told), MODELLED.learned - failed.length)
  const leastNoise = noiseOf(told, measured)
  const theta = learned(
    { ...dataOf(encoding, { observed: few, pending: [], failed }, measured, prior), leastNoise },
    [seed, PURPOSE.fit],
  )
  return conditionedOn(dataOf(encoding, known, forward, prior), theta)
}

/** Variance of the noise that the trials' curves tell of, in units of the process. */
function noiseOf(observed: readonly Observation[], forward: (loss: number) => number): number {
  return (
    median(
      observed.map(({ loss, noise = 0 }) =>
        noise > 0 ? forward(loss + noise) - forward(loss) : 0,
      ),
    ) ** 2
  )
}

export function ranked(observed: readonly Observation[]): Observation[] {
  return [...observed].sort((a, b) => a.loss - b.loss)
}

/** Nothing is known beforehand. */
const NOTHING: PriorMean = () => 0

/**
 * The losses that are measured in: of a few own trials, all near the best known, the spread would
 * say nothing of that of the space. Then those of the earlier studies stand beside them, moved so
 * that their best is ours.
 */
function scaled(observed: readonly Observation[], earlier: readonly EarlierStudy[]): number[] {
  const own = observed.map(({ loss }) => loss)
  if (own.length >= ENOUGH) return own
  const least = Math.min(...own)
  return [
    ...own,
    ...earlier.flatMap(study => {
      const losses = study.observed.map(({ loss }) => loss)
      const theirs = Math.min(...losses)
      // In proportion, where losses have one, as the losses themselves are taken.
      return least > 0 && theirs > 0
        ? losses.map(loss => loss * (least / theirs))
        : losses.map(loss => loss - theirs + least)
    }),
  ]
}

/** What the earlier studies expect, as far as these trials bear it out. */
function priorOf(
  encoding: Encoding,
  observed: readonly Observation[],
  forward: (loss: number) => number,
  earlier: readonly EarlierStudy[],
  seed: number,
): PriorMean {
  if (earlier.length === 0) return NOTHING
  return priorMean(
    earlierModels(encoding, earlier, [seed, PURPOSE.earlier]),
    encodeAll(
      encoding,
      observed.map(({ params }) => params),
    ),
    Float64Array.from(observed, ({ loss }) => forward(loss)),
  ).mean
}

/**
 * Observed trials first, in their order, then failed ones at the worst value seen; all less what
 * was expected beforehand.
 */
function dataOf(
  encoding: Encoding,
  { observed, failed }: History,
  forward: (loss: number) => number,
  prior: PriorMean,
): Data {
  const values = observed.map(({ loss }) => forward(loss))
  const worst = Math.max(...values)
  const x = encodeAll(encoding, [...observed.map(({ params }) => params), ...failed])
  const { columns, lengthOf, lengths } = encoding
  const y = Float64Array.from(
    [...values, ...failed.map(() => worst)],
    (value, i) => value - prior(x.subarray(i * columns, (i + 1) * columns)),
  )
  return { x, y, n: y.length, columns, lengthOf, lengths }
}

/** What the model makes of the losses it was given, shape [n]. */
export function means(model: Process, prior = NOTHING): Float64Array {
  const { x, columns } = model.data
  return fitted(model).map((mean, i) => mean + prior(x.subarray(i * columns, (i + 1) * columns)))
}

function lowest(values: Float64Array): number {
  return values.reduce((least, value, i) => (value < values[least]! ? i : least), 0)
}
