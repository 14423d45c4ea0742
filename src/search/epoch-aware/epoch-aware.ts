import { contains, type Params, type Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'
import { keyOf } from '../../space/configurations.js'
import { figure } from '../../util/figure.js'
import { encoded, encodingOf, type Encoding } from '../gaussian-process/encoding.js'
import { candidates } from '../gaussian-process/maximize.js'
import { standardOf, type Standard } from '../gaussian-process/standardize.js'
import { latinHypercube } from '../../math/latin-hypercube.js'
import { logExpectedImprovement } from '../gaussian-process/log-expected-improvement.js'
import { thinned } from '../gaussian-process/subsample.js'
import type { Allocation, AllocationRequest, Allocator, CurveTrial } from '../contract/allocator.js'
import { finalPrediction, finalScore } from './final-score.js'
import { curveAt, endsApart, momentOf, type CurvePosterior, type Joint } from './joint.js'
import { conditionJointSafely, fitJoint } from './joint-fit.js'
import { readingsOf, readingsOfFirst, type KnownCurve } from './readings.js'
import { studyNoise, smoothCurve } from '../../math/curve-smoother.js'
import { stagesOf } from './stages.js'
import { twoStageIndex, type Stage } from './two-stage.js'

export interface EpochAwareOptions {
  /** Trials spread over the space and run to their end before the model is asked. */
  readonly initial: number
}

const PURPOSE = { design: 0x6c68, maximise: 0x6d78 } as const
/** New configurations and paused trials that are priced; the rest promise less. */
const FRESH = 30
const PAUSED = 20
/**
 * Readings that the parameters are learned from. Regret at a third of the budget, seven parameters:
 * 0.25 with 150, 0.31 with 90, 0.28 with 250.
 */
const LEARNED = 150
/**
 * What the model is conditioned on, so that a thousand trials cost no more than two hundred: the
 * best ones' whole curves, the others' last readings, half of what is kept of them the best and
 * half spread over the rest.
 */
const MODELLED = { trials: 160, whole: 40, failed: 40 } as const
/** Trials with the lowest losses, of which under noise the model says which is the best. */
const LEADERS = 12
/**
 * No pause before the third epoch: what the first two say of the end is not worth a decision.
 * Regret at a third of the budget: 0.31 from 3 on, 0.35 from 2 and 0.32 from 5.
 */
const FIRST_STAGE = 3

/** A trial that has something to show, or will have. */
interface Started extends CurveTrial {
  /** Among all trials. */
  readonly index: number
  /** Losses by epoch without their noise. */
  readonly losses: readonly number[]
  /** The least of them. */
  readonly least: number
  /** The study's losses have no noise to speak of. */
  readonly quiet: boolean
}

interface Option {
  /** Null for a new one. */
  readonly trial: number | null
  readonly params: Params
  readonly posterior: CurvePosterior
  /** Epochs that may be trained up to, the last one last. */
  readonly ahead: readonly number[]
  readonly stage: Stage
}

/**
 * Buys epochs one stage at a time: every epoch's loss is evidence, a paused trial and a new one
 * compete for the same budget, and what is bought is what promises the most improvement an epoch.
 *
 * Nothing is ever stopped for its rank among others: on some tasks the early ranking is the reverse
 * of the final one. A trial that others overtake just waits; should its price become the best
 * again, it goes on.
 */
export function epochAware({ initial }: EpochAwareOptions): Allocator {
  return (space, trials, request) => {
    const { seed, maxEpochs, known = 0 } = request
    const ordinal = trials.length - known
    if (ordinal < initial) {
      const point = latinHypercube(initial, space.length, [seed, PURPOSE.design])[ordinal]!
      const text = `first look ${ordinal + 1} of ${initial}, spread over the space and run to the end before there is anything to learn from`
      return start(paramsAt(space, point), maxEpochs, 'latin hypercube', text)
    }
    return allocate(space, trials, request)
  }
}

function allocate(
  space: Space,
  trials: readonly CurveTrial[],
  request: AllocationRequest,
): Allocation {
  const { seed, step, maxEpochs, remaining = Infinity, admits = () => true } = request
  const view = look(space, trials, maxEpochs)
  if (!view) {
    const point = latinHypercube(trials.length + 1, space.length, [seed, step, PURPOSE.design])[
      trials.length
    ]!
    return start(
      paramsAt(space, point),
      Math.min(maxEpochs, remaining),
      'latin hypercube',
      'spread over the space: no trial has shown anything yet',
    )
  }
  const { encoding, started, joint, best } = view
  const predict = finalPrediction(joint)
  const option = (params: Params, from: number, trial: number | null): Option => {
    const last = Math.min(maxEpochs, from + remaining)
    const ahead = [...view.stages.filter(stage => stage > from && stage < last), last]
    const posterior = curveAt(
      joint,
      encoded(encoding, params),
      ahead.map(epoch => momentOf(epoch, maxEpochs)),
    )
    return {
      trial,
      params,
      posterior,
      ahead,
      stage: twoStageIndex(
        posterior,
        ahead.map(epoch => epoch - from),
        best,
      ),
    }
  }
  const hope = ({ params, losses }: Started) => {
    const { mean, variance } = predict(encoded(encoding, params))
    return (
      logExpectedImprovement(mean, Math.sqrt(variance), best) - Math.log(maxEpochs - losses.length)
    )
  }
  const paused = started
    .filter(({ state, losses }) => state === 'paused' && losses.length < maxEpochs)
    .map(trial => ({ trial, hope: hope(trial) }))
    .sort((a, b) => b.hope - a.hope)
    .slice(0, PAUSED)
    .map(({ trial }) => option(trial.params, trial.losses.length, trial.index))
  const tried = new Set(trials.map(({ params }) => keyOf(space, params)))
  const leaders = [...started].sort((a, b) => a.least - b.least).slice(0, 4)
  const around = {
    best: leaders.map(({ params }) => params),
    allowed: (params: Params) => !tried.has(keyOf(space, params)) && admits(params),
  }
  const admitted = [
    ...candidates(encoding, finalScore(predict, encoding.columns, best), around, [
      seed,
      step,
      PURPOSE.maximise,
    ]),
  ]
  // What can't be told from a running trial would only repeat it.
  const running = trials
    .filter(({ state }) => state === 'running')
    .map(({ params }) => encoded(encoding, params))
  const apart =
    running.length > 0
      ? admitted.filter(({ params }) =>
          running.every(other => endsApart(joint, encoded(encoding, params), other)),
        )
      : admitted
  const fresh = (apart.length > 0 ? apart : admitted)
    .slice(0, FRESH)
    .map(({ params }) => option(params, 0, null))
  const options = [...paused, ...fresh]
  if (options.length === 0)
    return { kind: 'exhausted', reason: 'every configuration was tried, and no trial can go on' }
  return decision(
    options.reduce((a, b) => (b.stage.price > a.stage.price ? b : a)),
    view,
    request,
  )
}

/**
 * The winner: the lowest loss, or where losses are noisy the one that the model believes in, since
 * the luckiest epoch is not the best one.
 *
 * @returns index of the trial and its epoch, undefined where no trial has an epoch
 */
export function believedBestEpoch(
  space: Space,
  trials: readonly CurveTrial[],
  maxEpochs: number,
): { readonly trial: number; readonly epoch: number } | undefined {
  const leaders = startedOf(space, trials)
    .sort((a, b) => a.least - b.least)
    .slice(0, LEADERS)
  if (leaders.length === 0) return undefined
  const [first] = leaders
  if (first!.quiet) return { trial: first!.index, epoch: first!.losses.indexOf(first!.least) + 1 }
  const view = look(space, trials, maxEpochs)!
  const believed = leaders.map(trial => ({
    trial: trial.index,
    epoch: trial.losses.indexOf(trial.least) + 1,
    loss: believedLoss(view, trial, maxEpochs),
  }))
  const { trial, epoch } = believed.reduce((a, b) => (b.loss < a.loss ? b : a))
  return { trial, epoch }
}

/**
 * What the model takes the loss of a trial's best epoch for, standardised: its belief in the last
 * epoch, where it was told, and what its own curve lost from the best to the last. Between epochs
 * that it was told of, the model knows less than the curve.
 */
function believedLoss(
  { joint, encoding, standard }: Pick<View, 'joint' | 'encoding' | 'standard'>,
  { params, losses, least }: Started,
  maxEpochs: number,
): number {
  const [last] = curveAt(joint, encoded(encoding, params), [
    momentOf(losses.length, maxEpochs),
  ]).mean
  return last! + standard.forward(least) - standard.forward(losses.at(-1)!)
}

/** What the trials say. */
export interface View {
  readonly encoding: Encoding
  readonly stages: readonly number[]
  readonly started: readonly Started[]
  readonly standard: Standard
  readonly joint: Joint
  /** The standardised loss to improve on. */
  readonly best: number
}

/**
 * What the trials say: those on their way are taken to come out as expected, so that the next slot
 * looks elsewhere; those that failed, as bad as the worst.
 *
 * @returns undefined where no trial has shown a loss
 */
export function look(
  space: Space,
  trials: readonly CurveTrial[],
  maxEpochs: number,
): View | undefined {
  const encoding = encodingOf(space)
  const inside = trials
    .map((trial, index) => ({ ...trial, index }))
    .filter(({ params }) => contains(space, params))
  const started = startedOf(space, trials)
  if (started.length === 0) return undefined
  const standard = standardOf(started.map(({ least }) => least))
  const stages = stagesOf(maxEpochs).filter(stage => stage >= Math.min(FIRST_STAGE, maxEpochs))
  const worst = Math.max(...started.map(({ least }) => least))
  const ranked = [...started].sort((a, b) => a.least - b.least)
  const failed = inside
    .filter(({ state }) => state === 'failed')
    .map(({ params }) => ({ params, losses: [worst], ended: true, brief: true }))
  const known: readonly KnownCurve[] = [
    ...thinned(ranked, MODELLED.trials).map(({ params, losses }, rank) => ({
      params,
      losses,
      ended: false,
      brief: rank >= MODELLED.whole,
    })),
    ...thinned(failed, MODELLED.failed),
  ]
  const options = { encoding, stages, maxEpochs, standardise: standard.forward }
  const readings = readingsOf(known, options)
  const joint = fitJoint(
    readingsOfFirst(readings, telling(known)),
    readings,
    encoding.lengthOf,
    encoding.lengths,
  )
  const leaders = ranked.slice(0, LEADERS)
  const best = Math.min(
    ...leaders.map(trial =>
      trial.quiet
        ? standard.forward(trial.least)
        : believedLoss({ joint, encoding, standard }, trial, maxEpochs),
    ),
  )
  const running = inside.filter(({ state }) => state === 'running')
  if (running.length === 0) return { encoding, stages, started, standard, joint, best }
  const expected = running.map(({ params, target = maxEpochs }) => {
    const [mean] = curveAt(joint, encoded(encoding, params), [momentOf(target, maxEpochs)]).mean
    return { params, epoch: target, mean: mean! }
  })
  const believed = conditionJointSafely(readingsOf(known, options, expected), joint.parameters)
  return {
    encoding,
    stages,
    started,
    standard,
    joint: believed,
    best: Math.min(best, ...expected.map(({ mean }) => mean)),
  }
}

function startedOf(space: Space, trials: readonly CurveTrial[]): Started[] {
  const shown = trials
    .map((trial, index) => ({ ...trial, index }))
    .filter(
      ({ state, curve, params }) =>
        state !== 'failed' && curve.length > 0 && contains(space, params),
    )
  const noise = studyNoise(shown.map(({ curve }) => curve))
  return shown.map(trial => {
    const losses = smoothCurve(trial.curve, noise)
    return { ...trial, losses, least: Math.min(...losses), quiet: noise === 0 }
  })
}

/**
 * How many of the curves, the best first, make up the readings that the parameters are learned
 * from.
 */
function telling(known: readonly KnownCurve[]): number {
  let count = 0
  const enough = known.findIndex(
    ({ losses, brief }) => (count += brief ? 1 : 1 + 2 * Math.log(losses.length)) > LEARNED,
  )
  return enough < 0 ? known.length : Math.max(enough, Math.min(4, known.length))
}

function decision(
  chosen: Option,
  { started, standard, best }: View,
  { maxEpochs, minGainPerEpoch }: AllocationRequest,
): Allocation {
  const { posterior, ahead, stage, trial, params } = chosen
  const epochs = ahead[stage.stage]!
  const last = ahead.length - 1
  const mean = posterior.mean[last]!
  const deviation = Math.sqrt(Math.max(0, posterior.covariance[last * ahead.length + last]!))
  const expected = {
    mean: standard.backward(mean),
    sd: standard.backward(mean + deviation) / 2 - standard.backward(mean - deviation) / 2,
  }
  const gain = standard.backward(best) - standard.backward(best - stage.price)
  if (minGainPerEpoch !== undefined && gain < minGainPerEpoch) {
    return {
      kind: 'exhausted',
      reason: `another epoch is expected to gain ${figure(gain)} at most, less than the ${figure(minGainPerEpoch)} that are worth it`,
    }
  }
  const least = Math.min(...started.map(trial => trial.least))
  const plan =
    epochs < ahead[last]!
      ? `to epoch ${epochs}, and on only if it then still pays`
      : `to its end, epoch ${epochs}`
  const action = trial === null ? 'a new trial' : `trial ${trial} goes on`
  const text = `${action} ${plan}: expected to come to ${figure(expected.mean)} ± ${figure(expected.sd)} by epoch ${ahead[last]! < maxEpochs ? ahead[last] : maxEpochs} against ${figure(least)}, ${figure(gain)} gained an epoch`
  const rationale = { method: 'epoch-aware', text, expected }
  return trial === null
    ? { kind: 'start', params, epochs, rationale }
    : { kind: 'continue', trial, epochs, rationale }
}

function start(params: Params, epochs: number, method: string, text: string): Allocation {
  return { kind: 'start', params, epochs, rationale: { method, text, expected: null } }
}
