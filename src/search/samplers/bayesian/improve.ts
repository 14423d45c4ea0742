import type { Curve } from '../../../record/curve.js'
import { contains, type Params, type Space } from '../../../space/parameter.js'
import { paramsAt } from '../../../space/transform.js'
import { figure } from '../../../util/figure.js'
import type { EarlierStudy, SampleRequest, Suggestion } from '../../contract/sampler.js'
import { evaluated, pending as pendingParams } from '../../contract/trial-outcomes.js'
import { expectedImprovementScore } from '../../gaussian-process/acquisition.js'
import { encoded, type Encoding } from '../../gaussian-process/encoding.js'
import { candidates } from '../../gaussian-process/maximize.js'
import { byLoss, fitModel, posteriorMeans, withFantasies } from '../../gaussian-process/model.js'
import type { PriorMean } from '../../gaussian-process/prior-mean.js'
import { distinguishability, predict, type Process } from '../../gaussian-process/process.js'
import { conditionedProcess } from '../../gaussian-process/fit-cache.js'
import type { Standard } from '../../gaussian-process/standardize.js'
import { suggestion, untried } from './suggestion.js'

const MAXIMIZE_PURPOSE = 0x6d78
/**
 * From twelve trials on, every third is chosen as if the length scales were a third of those that
 * the data indicate: a basin narrower than those seen would otherwise never be looked for. Regret
 * at half the budget, two parameters: 0.05 with, 0.11 without; under 1% noise 0.34 and 0.65. In
 * many dimensions shorter lengths make every place unknown, and it costs more than it finds.
 */
const SHORT_LENGTHS = { minTrials: 12, every: 3, factor: 0.35, maxLengths: 3 } as const
/**
 * What is spent on the maximum of the acquisition function. Twice as much has the same regret, with
 * two and with seven parameters.
 */
const EFFORT = { candidates: 256, climbs: 2 } as const

/**
 * The configuration with the largest expected improvement.
 *
 * @param trials each encodable, two or more of them evaluated
 */
export function improve(
  space: Space,
  trials: readonly Curve[],
  request: SampleRequest,
  earlierStudies: readonly EarlierStudy[],
): Suggestion {
  const { seed, trialNumber, admits = untried(space, trials) } = request
  const curves = evaluated(trials)
  const pending = pendingParams(trials)
  const fitted = fitModel(space, trials, seed, earlierStudies)
  const { encoding, prior } = fitted
  const model = withShortLengths(fitted.model, trialNumber)
  const best = bestMean(space, fitted.observed, posteriorMeans(model, prior))
  const fantasies = withFantasies(model, encoding, pending)
  const score = expectedImprovementScore(
    fantasies,
    Math.min(best, ...fantasyMeans(fantasies, model.data.n, prior)),
    prior,
  )
  const leaders = byLoss(curves.filter(({ params }) => contains(space, params)))
    .slice(0, 4)
    .map(({ params }) => params)
  const admitted = candidates(encoding, score, { best: leaders, allowed: admits, effort: EFFORT }, [
    seed,
    trialNumber,
    MAXIMIZE_PURPOSE,
  ])
  const next = firstDistinguishable(admitted, fitted.model, encoding, pending)
  // Every candidate was tried: the caller redraws.
  if (!next) {
    const middle = space.map(() => 0.5)
    const params = leaders[0] ?? paramsAt(space, middle)
    return suggestion(params, 'expected improvement', 'nothing near is untried')
  }
  const { mean, deviation } = prediction(model, encoded(encoding, next.params), prior)
  const sign = request.direction === 'maximize' ? -1 : 1
  const expected = expectation(fitted.standard, mean, deviation, sign)
  const lowest = curves.reduce((lowest, { loss }) => Math.min(lowest, loss), Infinity)
  const running = pending.length > 0 ? `, ${pending.length} more running` : ''
  const text =
    `${claim(mean < best)}: ${figure(expected.mean)} ± ${figure(expected.sd)} ` +
    `against ${figure(sign * lowest)} (from ${curves.length} finished trials${running})` +
    sources(earlierStudies)
  return {
    kind: 'params',
    params: next.params,
    rationale: { method: 'expected improvement', text, expected },
  }
}

/**
 * The lowest posterior mean of a trial that the space still contains; of all if it contains none.
 */
function bestMean(space: Space, observed: readonly Curve[], means: Float64Array): number {
  const inside = observed.map(({ params }) => contains(space, params))
  const values = means.subarray(0, observed.length)
  return Math.min(...(inside.includes(true) ? values.filter((_, i) => inside[i]) : values))
}

/** What the running trials are expected to reach: the next one has to improve on that as well. */
function fantasyMeans({ data }: Process, from: number, prior: PriorMean): number[] {
  const { X, y, n, columns } = data
  return Array.from(
    { length: n - from },
    (_, i) => y[from + i]! + prior(X.subarray((from + i) * columns, (from + i + 1) * columns)),
  )
}

/**
 * The first candidate that a measurement can distinguish from every running trial: another would
 * only repeat one of them. If there is none, the one that comes nearest to it.
 */
function firstDistinguishable<T extends { readonly params: Params }>(
  admitted: Iterable<T>,
  model: Process,
  encoding: Encoding,
  pending: readonly Params[],
): T | undefined {
  const running = pending.map(params => encoded(encoding, params))
  let [best, most] = [undefined as T | undefined, -Infinity]
  for (const candidate of admitted) {
    const point = encoded(encoding, candidate.params)
    const least = Math.min(...running.map(other => distinguishability(model, point, other)))
    if (least > 1) return candidate
    if (least > most) [best, most] = [candidate, least]
  }
  return best
}

/** The model, or for some trials the same model with shorter lengths. */
function withShortLengths(model: Process, trialNumber: number): Process {
  if (
    model.data.n < SHORT_LENGTHS.minTrials ||
    model.data.lengths > SHORT_LENGTHS.maxLengths ||
    trialNumber % SHORT_LENGTHS.every !== 0
  )
    return model
  const theta = model.theta.map((value, i) =>
    i > 0 && i < model.theta.length - 1 ? value + Math.log(SHORT_LENGTHS.factor) : value,
  )
  return conditionedProcess(model.data, theta)
}

/** Of a measurement, noise included; standardized. */
function prediction(
  model: Process,
  point: Float64Array,
  prior: PriorMean,
): { readonly mean: number; readonly deviation: number } {
  const { mean, variance } = predict(model, point)
  return {
    mean: mean + prior(point),
    deviation: Math.sqrt(variance + Math.exp(model.theta.at(-1)!)),
  }
}

/** In units of the objective. */
function expectation(
  { backward }: Standard,
  mean: number,
  deviation: number,
  sign: 1 | -1,
): { readonly mean: number; readonly sd: number } {
  return {
    mean: sign * backward(mean),
    sd: backward(mean + deviation) / 2 - backward(mean - deviation) / 2,
  }
}

function claim(better: boolean): string {
  return better
    ? 'the model expects it to beat the best so far'
    : 'the model is too uncertain here to rule out a better one'
}

function sources(earlierStudies: readonly EarlierStudy[]): string {
  const names = earlierStudies.map(({ study }) => study).join(' and ')
  return names === '' ? '' : `, with the results of ${names}`
}
