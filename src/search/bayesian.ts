import { median } from '../math/statistics.js'
import { contains, type Params, type Space } from '../space/parameter.js'
import { paramsAt } from '../space/transform.js'
import { keyOf } from './configurations.js'
import { figure } from './figure.js'
import { encodeAll, encoded, encodingOf, hasPlace, type Encoding } from './gp/encoding.js'
import { candidates, maximise, type Score } from './gp/maximise.js'
import { fitted, predict, predictWithGradient, screen, toldApart, type Data, type Process } from './gp/process.js'
import { earlierModels, priorMean, type PriorMean } from './gp/prior-mean.js'
import { conditionedOn, learned, milestone } from './gp/remembered.js'
import { standardOf, type Standard } from './gp/standardise.js'
import { asked, type History, type Observation } from './history.js'
import { latinHypercube } from './latin-hypercube.js'
import { logExpectedImprovement, logExpectedImprovementGradient } from './log-expected-improvement.js'
import type { EarlierStudy, Sampler, SampleRequest, Suggestion } from './sampler.js'
import { thinned } from './thinned.js'

export interface BayesianOptions {
  /** Trials spread over the space before the model is asked. */
  readonly initial: number
}

const PURPOSE = { design: 0x6c68, fit: 0x6674, maximise: 0x6d78, earlier: 0x6561 } as const
/** A model of two points is not a model, but three first trials may be running when the next slot asks. */
const LEAST_OBSERVED = 2
/** So many own trials tell how far losses are spread without the help of earlier studies. */
const ENOUGH = 8
/**
 * From twelve trials on, every third is chosen as if the function had a third of the reach that the data say: a basin narrower than those seen
 * would otherwise never be looked for. Regret at half the budget, two parameters: 0.05 with, 0.11 without; under 1% noise 0.34 and 0.65.
 * In many dimensions shorter lengths make every place unknown, and it costs more than it finds.
 */
const DOUBT = { from: 12, every: 3, factor: 0.35, mostLengths: 3 } as const

/**
 * Trials that the model is conditioned on, and those of them that its lengths and noise are learned from. A suggestion costs their cube; with these it takes
 * as long after ten thousand trials as after three hundred.
 */
const MODELLED = { observed: 300, failed: 60, learned: 100 } as const

/** What is spent on finding a suggestion. With twice as much regret is the same, in two and in seven parameters. */
const EFFORT = { candidates: 256, climbs: 2 } as const

/** Of the data, how much goes into the bound that candidates are sorted out by. With a third a quarter of all have to be scored, with a fifth half. */
const SCREENED = 1 / 3

/**
 * Gaussian process on the trials so far; proposes where the expected improvement over the best is largest.
 *
 * Trials still running are taken to come out as the model expects, so that parallel slots do not ask for one point
 * (kriging believer: Ginsbourger, Le Riche & Carraro 2010); a failed trial counts as the worst loss seen. Trials outside the space, from before it
 * was changed, are evidence where they have a place. What earlier studies expect is the mean of the process, as far as they agree with this one.
 */
export function bayesian({ initial }: BayesianOptions): Sampler {
  return (space, everything, request) => {
    const encoding = encodingOf(space)
    const history = placed(encoding, everything)
    const earlier = (request.earlier ?? []).map(each => ({ ...each, observed: each.observed.filter(({ params }) => hasPlace(encoding, params)) })).filter(({ observed }) => observed.length >= initial)
    const { seed, trialNumber } = request
    // What a first look would tell is known from the earlier studies.
    if (trialNumber < initial && earlier.length === 0) {
      const point = latinHypercube(initial, space.length, [seed, PURPOSE.design])[trialNumber]!
      return suggestion(paramsAt(space, point), 'latin hypercube', `first look ${trialNumber + 1} of ${initial}, spread over the space before there is anything to learn from`)
    }
    if (history.observed.length >= LEAST_OBSERVED) return improve(space, history, request, earlier)
    return earlier.length > 0 ? inTheirPlace(space, history, request, earlier) : farthest(space, history, request)
  }
}

/**
 * Which of the finished trials is the best as the model sees it: under noise the luckiest measurement is not the best trial.
 *
 * @param observed at least one, each inside the space
 * @returns its index
 */
export function believedBest(space: Space, observed: readonly Observation[], seed: number): number {
  if (observed.length < LEAST_OBSERVED) return 0
  const { model, kept } = modelOf(space, { observed, pending: [], failed: [] }, seed)
  return observed.indexOf(kept[lowest(means(model).subarray(0, kept.length))]!)
}

/** What a search has learned. */
export interface Learned {
  readonly encoding: Encoding
  /** Between losses and what the process takes for normal. */
  readonly standard: Standard
  /** The trials that the process is conditioned on, its first rows. */
  readonly kept: readonly Observation[]
  readonly model: Process
}

/**
 * The Gaussian process of a history of at least two finished trials, all inside the space.
 *
 * @param seed of the study
 */
export function modelOf(space: Space, { observed, failed }: History, seed: number): Learned {
  const encoding = encodingOf(space)
  const standard = standardOf(observed.map(({ loss }) => loss))
  const kept = telling(observed)
  const model = learn(encoding, { observed: kept, pending: [], failed: thinned(failed, MODELLED.failed) }, observed, standard.forward, seed)
  return { encoding, standard, kept, model }
}

/**
 * Before there is a model: as far as possible from everything asked for, and half as far from the ends of the numbers, since the corners of a space are
 * seldom where it is good. Two parameters, eight slots: regret of 2.1 after a quarter of the epochs and 1.3 after a third, with the corners 2.9 and 1.6.
 */
function farthest(space: Space, history: History, { seed, trialNumber, admits = untried(space, history) }: SampleRequest): Suggestion {
  const encoding = encodingOf(space)
  const taken = asked(history)
  const x = encodeAll(encoding, taken)
  const { columns, axes, columnOf } = encoding
  const numbers = axes.flatMap(({ kind }, i) => (kind === 'number' ? [columnOf[i]!] : []))
  const score: Score = (point, gradient) => {
    gradient?.fill(0)
    let apart = columns
    for (let i = 0; i < taken.length; i++) apart = Math.min(apart, point.reduce((sum, u, c) => sum + (u - x[i * columns + c]!) ** 2, 0))
    const inside = Math.min(...numbers.map(c => 4 * Math.min(point[c]!, 1 - point[c]!) ** 2))
    // A parameter of two values has nothing between its ends: then the distance to the others decides.
    return Math.min(apart, inside) + 1e-3 * apart
  }
  const found = maximise(encoding, score, { best: [], allowed: admits }, [seed, trialNumber, PURPOSE.maximise])
  return suggestion(found?.params ?? paramsAt(space, space.map(() => 0.5)), 'farthest point', 'far from all trials so far; too few have finished for a model')
}

/** Before this study's own trials say anything: what the largest of the earlier ones would try next. */
function inTheirPlace(space: Space, history: History, request: SampleRequest, earlier: readonly EarlierStudy[]): Suggestion {
  const largest = earlier.reduce((a, b) => (b.observed.length > a.observed.length ? b : a))
  const next = improve(space, { observed: largest.observed, pending: asked(history), failed: [] }, { admits: untried(space, history), ...request }, [])
  return next.kind === 'params' ? suggestion(next.params, next.why.method, `what ${largest.study} would try next, of which ${largest.observed.length} configurations are known`) : next
}

function improve(space: Space, history: History, { seed, trialNumber, direction, admits = untried(space, history) }: SampleRequest, earlier: readonly EarlierStudy[]): Suggestion {
  const { observed, pending } = history
  const encoding = encodingOf(space)
  const standard = standardOf(scaled(observed, earlier))
  const kept = telling(observed)
  const known = { observed: kept, pending, failed: thinned(history.failed, MODELLED.failed) }
  const prior = priorOf(encoding, kept, standard.forward, earlier, seed)
  const believable = learn(encoding, known, observed, standard.forward, seed, prior)
  const model = doubting(believable, trialNumber)
  const inside = kept.map(({ params }) => contains(space, params))
  const values = means(model, prior).subarray(0, kept.length)
  // The best to improve on is one that the space still has.
  const best = Math.min(...(inside.includes(true) ? values.filter((_, i) => inside[i]) : values))
  const believed = believing(model, encoding, pending)
  // A running trial that is expected to be the best is what the next one has to improve on.
  const { x, y, n, columns } = believed.data
  const running = Array.from({ length: n - model.data.n }, (_, i) => y[model.data.n + i]! + prior(x.subarray((model.data.n + i) * columns, (model.data.n + i + 1) * columns)))
  const score = scoreOf(believed, Math.min(best, ...running), prior)
  const leaders = ranked(observed.filter(({ params }) => contains(space, params))).slice(0, 4).map(({ params }) => params)
  const admitted = candidates(encoding, score, { best: leaders, allowed: admits, effort: EFFORT }, [seed, trialNumber, PURPOSE.maximise])
  // What can't be told from a running trial would only repeat it.
  const beside = pending.map(params => encoded(encoding, params))
  const found = firstApart(admitted, ({ params }) => Math.min(...beside.map(other => toldApart(believable, encoded(encoding, params), other))))
  // Every candidate was tried: the caller redraws.
  if (!found) return suggestion(leaders[0] ?? paramsAt(space, space.map(() => 0.5)), 'expected improvement', 'nothing near is untried')
  const point = encoded(encoding, found.params)
  const { mean: rest, variance } = predict(model, point)
  const mean = rest + prior(point)
  // Of what will be measured, noise included.
  const deviation = Math.sqrt(variance + Math.exp(model.theta.at(-1)!))
  const turned = direction === 'maximize' ? -1 : 1
  const expected = { mean: turned * standard.backward(mean), sd: standard.backward(mean + deviation) / 2 - standard.backward(mean - deviation) / 2 }
  const text = inWords(observed, expected, mean < best, pending.length, turned)
  return { kind: 'params', params: found.params, why: { method: 'expected improvement', text: earlier.length > 0 ? `${text}, with what ${earlier.map(({ study }) => study).join(' and ')} told` : text, expected } }
}

/** The first that is told from all that runs, or where none is the one that comes nearest to it. */
function firstApart<T>(all: Iterable<T>, apart: (one: T) => number): T | undefined {
  let [farthest, most] = [undefined as T | undefined, -Infinity]
  for (const one of all) {
    const by = apart(one)
    if (by > 1) return one
    if (by > most) [farthest, most] = [one, by]
  }
  return farthest
}

/** The model, or now and then the same with shorter lengths. */
function doubting(model: Process, trialNumber: number): Process {
  if (model.data.n < DOUBT.from || model.data.lengths > DOUBT.mostLengths || trialNumber % DOUBT.every !== 0) return model
  const theta = model.theta.map((value, i) => (i > 0 && i < model.theta.length - 1 ? value + Math.log(DOUBT.factor) : value))
  return conditionedOn(model.data, theta)
}

function inWords(observed: readonly Observation[], expected: { mean: number; sd: number }, better: boolean, pending: number, turned: 1 | -1): string {
  const least = observed.reduce((least, { loss }) => Math.min(least, loss), Infinity)
  const reason = better ? 'the model expects it to beat the best so far' : 'the model knows too little here to rule out a better one'
  const beside = pending > 0 ? `, ${pending} more running` : ''
  return `${reason}: ${figure(expected.mean)} ± ${figure(expected.sd)} against ${figure(turned * least)} (from ${observed.length} finished trials${beside})`
}

/**
 * The trials that the model is conditioned on. First come some of the best and some of all others, which by themselves bound the expected improvement, then the rest as
 * they ended: a trial more is then mostly a row more. The order is of no other consequence.
 */
function telling(observed: readonly Observation[]): readonly Observation[] {
  const kept = new Set(observed.length > MODELLED.observed ? thinned(ranked(observed), MODELLED.observed) : observed)
  const reached = observed.slice(0, milestone(observed.length)).filter(one => kept.has(one))
  const first = new Set(thinned(ranked(reached), Math.ceil(reached.length * SCREENED)))
  return [...first, ...observed.filter(one => kept.has(one) && !first.has(one))]
}

/**
 * The process on what is known. Its parameters are learned from no more than a hundred trials, and where no earlier study tells what to expect, from those up to
 * the last milestone, in deviations of their own losses.
 *
 * @param observed all finished trials, in their order
 */
function learn(encoding: Encoding, known: History, observed: readonly Observation[], forward: (loss: number) => number, seed: number, prior = NOTHING): Process {
  const alone = prior === NOTHING
  const told = alone ? observed.slice(0, milestone(observed.length)) : observed
  const measured = alone ? standardOf(told.map(({ loss }) => loss)).forward : forward
  const enough = told.length + known.failed.length <= MODELLED.learned
  const failed = enough ? known.failed : thinned(known.failed, MODELLED.learned / 4)
  const few = enough ? told : thinned(ranked(told), MODELLED.learned - failed.length)
  const leastNoise = noiseOf(told, measured)
  const theta = learned({ ...dataOf(encoding, { observed: few, pending: [], failed }, measured, prior), leastNoise }, [seed, PURPOSE.fit])
  return conditionedOn(dataOf(encoding, known, forward, prior), theta)
}

/** Variance of the noise that the trials' curves tell of, in units of the process. */
function noiseOf(observed: readonly Observation[], forward: (loss: number) => number): number {
  return median(observed.map(({ loss, noise = 0 }) => (noise > 0 ? forward(loss + noise) - forward(loss) : 0))) ** 2
}

function ranked(observed: readonly Observation[]): Observation[] {
  return [...observed].sort((a, b) => a.loss - b.loss)
}

/** Nothing is known beforehand. */
const NOTHING: PriorMean = () => 0

/**
 * The losses that are measured in: of a few own trials, all near the best known, the spread would say nothing of that of the space. Then those of the
 * earlier studies stand beside them, moved so that their best is ours.
 */
function scaled(observed: readonly Observation[], earlier: readonly EarlierStudy[]): number[] {
  const own = observed.map(({ loss }) => loss)
  if (own.length >= ENOUGH) return own
  const least = Math.min(...own)
  return [...own, ...earlier.flatMap(study => {
    const losses = study.observed.map(({ loss }) => loss)
    const theirs = Math.min(...losses)
    // In proportion, where losses have one, as the losses themselves are taken.
    return least > 0 && theirs > 0 ? losses.map(loss => loss * (least / theirs)) : losses.map(loss => loss - theirs + least)
  })]
}

/** What the earlier studies expect, as far as these trials bear it out. */
function priorOf(encoding: Encoding, observed: readonly Observation[], forward: (loss: number) => number, earlier: readonly EarlierStudy[], seed: number): PriorMean {
  if (earlier.length === 0) return NOTHING
  return priorMean(earlierModels(encoding, earlier, [seed, PURPOSE.earlier]), encodeAll(encoding, observed.map(({ params }) => params)), Float64Array.from(observed, ({ loss }) => forward(loss))).mean
}

/** Observed trials first, in their order, then failed ones at the worst value seen; all less what was expected beforehand. */
function dataOf(encoding: Encoding, { observed, failed }: History, forward: (loss: number) => number, prior: PriorMean): Data {
  const values = observed.map(({ loss }) => forward(loss))
  const worst = Math.max(...values)
  const x = encodeAll(encoding, [...observed.map(({ params }) => params), ...failed])
  const { columns, lengthOf, lengths } = encoding
  const y = Float64Array.from([...values, ...failed.map(() => worst)], (value, i) => value - prior(x.subarray(i * columns, (i + 1) * columns)))
  return { x, y, n: y.length, columns, lengthOf, lengths }
}

/** What the model makes of the losses it was given, shape [n]. */
function means(model: Process, prior = NOTHING): Float64Array {
  const { x, columns } = model.data
  return fitted(model).map((mean, i) => mean + prior(x.subarray(i * columns, (i + 1) * columns)))
}

function lowest(values: Float64Array): number {
  return values.reduce((least, value, i) => (value < values[least]! ? i : least), 0)
}

/** The process had the running trials come out exactly as it expects: next to them there is nothing left to learn. */
function believing(model: Process, encoding: Encoding, pending: readonly Params[]): Process {
  if (pending.length === 0) return model
  const { data } = model
  const more = encodeAll(encoding, pending)
  const means = pending.map((_, i) => predict(model, more.subarray(i * data.columns, (i + 1) * data.columns)).mean)
  const x = Float64Array.from([...data.x, ...more])
  return conditionedOn({ ...data, x, y: Float64Array.from([...data.y, ...means]), n: data.n + pending.length, exactFrom: data.n }, model.theta)
}

function scoreOf(model: Process, best: number, prior: PriorMean): Score {
  const { columns } = model.data
  const byMean = new Float64Array(columns)
  const byVariance = new Float64Array(columns)
  const least = 1e-10
  const score: Score = (point, gradient) => {
    const { mean: rest, variance } = gradient ? predictWithGradient(model, point, byMean, byVariance) : predict(model, point)
    const mean = rest + prior(point, gradient && byMean)
    const deviation = Math.sqrt(Math.max(variance, least))
    if (gradient) {
      const slope = logExpectedImprovementGradient(mean, deviation, best)
      const byDeviation = variance > least ? slope.byDeviation / (2 * deviation) : 0
      for (let c = 0; c < gradient.length; c++) gradient[c] = slope.byMean * byMean[c]! + byDeviation * byVariance[c]!
    }
    return logExpectedImprovement(mean, deviation, best)
  }
  const screened = (points: Float64Array, count: number) => {
    const { mean, most, varianceOf } = screen(model, points, count, Math.ceil(model.data.n * SCREENED))
    const expected = mean.map((rest, i) => rest + prior(points.subarray(i * columns, (i + 1) * columns)))
    const scoreAt = (i: number, variance: number) => logExpectedImprovement(expected[i]!, Math.sqrt(Math.max(variance, least)), best)
    return { bounds: most.map((variance, i) => scoreAt(i, variance)), scoreOf: (i: number) => scoreAt(i, varianceOf(i)) }
  }
  return Object.assign(score, { screened })
}

function untried(space: Space, history: History): (params: Params) => boolean {
  const tried = new Set(asked(history).map(params => keyOf(space, params)))
  return params => !tried.has(keyOf(space, params))
}

function placed(encoding: Encoding, { observed, pending, failed }: History): History {
  return {
    observed: observed.filter(({ params }) => hasPlace(encoding, params)),
    pending: pending.filter(params => hasPlace(encoding, params)),
    failed: failed.filter(params => hasPlace(encoding, params)),
  }
}

function suggestion(params: Params, method: string, text: string): Suggestion {
  return { kind: 'params', params, why: { method, text, expected: null } }
}
