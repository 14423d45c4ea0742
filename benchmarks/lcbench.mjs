// Adapter for learning-curve benchmarks: one of our samplers, asked and told as a study would.
//  TUNE_SAMPLER=auto node ../shared/bench/run.mjs --optimiser benchmarks/lcbench.mjs --data public
// --space A --seeds 10 --noise 0.01 TUNE_SAMPLER is auto (the default), epoch-aware, or any sampler
// that a study may name; TUNE_PRUNER a pruner beside it, on one slot. Compiles the sources first
// where they are newer.
//
// It may be asked again before it was told: what it was asked for and not yet told of is running.
import { buildIfStale } from '../scripts/build.mjs'

buildIfStale()
const { chooseSampler } = await import('../dist/search/samplers/auto.js')
const { epochAware } = await import('../dist/search/epoch-aware/epoch-aware.js')
const { fitStudyModel } = await import('../dist/search/epoch-aware/study-model.js')
const { areDistinguishable } = await import('../dist/search/epoch-aware/joint.js')
const { studyNoise } = await import('../dist/math/curve-smoother.js')
const { smoothedReadings } = await import('../dist/search/smoothed-readings.js')
const { encoded } = await import('../dist/search/gaussian-process/encoding.js')
const { fitModel } = await import('../dist/search/gaussian-process/model.js')
const { distinguishability } = await import('../dist/search/gaussian-process/process.js')
const { latinHypercube } = await import('../dist/math/latin-hypercube.js')
const { winningEpoch } = await import('../dist/ranking/index.js')
const { createSampler } = await import('../dist/search/registry.js')
const { paramsAt } = await import('../dist/space/transform.js')
const { pruned } = await import('./pruned.mjs')

/** Takes the problem as the benchmark states it: { params, max_epochs, budget, seed, space }. */
// eslint-disable-next-line @typescript-eslint/require-await -- the benchmark awaits it
export default async ({ params, max_epochs: maxEpochs, seed, budget }) => {
  const space = spaceOf(params)
  const wanted = process.env.TUNE_SAMPLER ?? 'auto'
  const pruner = process.env.TUNE_PRUNER
  if (pruner)
    return pruned(createSampler({ name: wanted, options: {} }), pruner, space, maxEpochs, seed)
  const name = wanted === 'auto' ? chooseSampler({ space, pausable: true }).sampler : wanted
  return name === 'epoch-aware'
    ? allocating(epochAware({ initial: 4 }), space, maxEpochs, seed, budget)
    : plain(createSampler({ name, options: {} }), space, maxEpochs, seed)
}

function spaceOf(params) {
  return params.map(({ name, type, low, high, log }) => ({
    kind: type,
    name,
    low,
    high,
    scale: log ? 'log' : 'linear',
  }))
}

/**
 * Every trial runs to its last epoch; the winner and its epoch are what a study would export.
 */
function plain(sampler, space, maxEpochs, seed) {
  const trials = []
  const ended = () => trials.filter(({ curve }) => curve)
  const finished = () => {
    const curves = ended().map(({ curve }) => curve)
    const readings = smoothedReadings(curves, studyNoise(curves))
    return ended().map((trial, i) => ({ ...asCurve(trial, 'complete'), ...readings[i] }))
  }
  const running = () => trials.filter(({ curve }) => !curve).map(trial => asCurve(trial, 'running'))
  return {
    next() {
      const suggestion = sampler.suggest(space, [...finished(), ...running()], {
        seed,
        trialNumber: trials.length,
      })
      if (suggestion.kind === 'exhausted') return null
      trials.push({
        number: trials.length,
        params: suggestion.params,
        modelled: suggestion.rationale.method === 'expected improvement',
      })
      return { trial: trials.length - 1, config: suggestion.params, epochs: maxEpochs }
    },
    report({ trial, curve }) {
      // Cut off by the end of the budget, a trial tells less than those that came to theirs.
      if (curve.length === 0 || (curve.length < maxEpochs && ended().length > 0)) return
      Object.assign(trials[trial], { curve, partial: curve.length < maxEpochs })
    },
    best() {
      const curves = ended().map(trial => asCurve(trial, trial.partial ? 'paused' : 'complete'))
      return winningEpoch(curves, { space, seed, stagedEpochs: null })
    },
    /**
     * Whether what was asked for last can be told from all that runs beside it, as the model that
     * chose it sees them; undefined where none did, or where the noise is such that no place could
     * be.
     */
    isApart() {
      const { params, modelled } = trials.at(-1)
      if (!modelled) return undefined
      const { model, encoding } = fitModel(space, finished(), seed)
      const others = running()
        .slice(0, -1)
        .map(other => encoded(encoding, other.params))
      const isFar = one =>
        others.every(other => distinguishability(model, encoded(encoding, one), other) > 1)
      if (isFar(params)) return true
      return latinHypercube(512, space.length, [seed]).some(at => isFar(paramsAt(space, at)))
        ? false
        : undefined
    },
  }
}

/** A trial of `plain` as the search sees it. */
function asCurve({ number, params, curve = [] }, state) {
  return { trial: number, params, state, losses: curve }
}

/** Trials are paused and resumed as the allocator decides. */
function allocating(allocator, space, maxEpochs, seed, budget) {
  const trials = []
  let step = 0
  let consumed = 0
  let isApart = () => undefined
  return {
    next() {
      const decision = allocator.allocate(space, trials, {
        seed,
        step: step++,
        maxEpochs,
        remaining: budget - consumed,
      })
      if (decision.kind === 'exhausted') return null
      isApart =
        decision.rationale.method === 'epoch-aware' && decision.kind === 'start'
          ? apartness(space, [...trials], maxEpochs, decision.params)
          : () => undefined
      const trial = decision.kind === 'start' ? trials.length : decision.trial
      const begun =
        decision.kind === 'start' ? { trial, params: decision.params, losses: [] } : trials[trial]
      trials[trial] = { ...begun, state: 'running', target: decision.epochs }
      return { trial, config: begun.params, epochs: decision.epochs }
    },
    report({ trial, curve, consumed: spent }) {
      consumed = spent
      trials[trial] = {
        ...trials[trial],
        losses: [...trials[trial].losses, ...curve],
        state: 'paused',
      }
    },
    best() {
      return winningEpoch(trials, { space, seed, stagedEpochs: maxEpochs })
    },
    isApart: () => isApart(),
  }
}

function apartness(space, trials, maxEpochs, params) {
  return () => {
    const model = fitStudyModel(space, trials, maxEpochs)
    if (!model) throw new Error('there are too few trials for a model')
    const { joint, encoding } = model
    return trials
      .filter(({ state }) => state === 'running')
      .every(other =>
        areDistinguishable(joint, encoded(encoding, params), encoded(encoding, other.params)),
      )
  }
}
