// Adapter for learning-curve benchmarks: one of our samplers, asked and told as a study would.
//   TUNE_SAMPLER=auto node ../shared/bench/run.mjs --optimiser benchmarks/lcbench.mjs --data public --space A --seeds 10 --noise 0.01
// TUNE_SAMPLER is auto (the default), epoch-aware, or any sampler that a study may name; TUNE_PRUNER a pruner beside it. Compiles the sources first where they are newer.
import { buildIfStale } from '../scripts/build.mjs'

buildIfStale()
const { chooseSampler } = await import('../dist/search/auto.js')
const { believedBest } = await import('../dist/search/bayesian.js')
const { believedBestEpoch, epochAware } = await import('../dist/search/epochs/epoch-aware.js')
const { smooth } = await import('../dist/search/epochs/smooth.js')
const { samplerNamed } = await import('../dist/search/registry.js')
const { pruned } = await import('./pruned.mjs')

/** @param info { params, max_epochs, budget, seed, space }: the problem as the benchmark states it */
export default async ({ params, max_epochs: maxEpochs, seed, budget }) => {
  const space = spaceOf(params)
  const wanted = process.env.TUNE_SAMPLER ?? 'auto'
  const pruner = process.env.TUNE_PRUNER
  if (pruner) return pruned(samplerNamed(wanted), pruner, space, maxEpochs, seed)
  const name = wanted === 'auto' ? chooseSampler({ space, pausable: true }).sampler : wanted
  return name === 'epoch-aware' ? allocating(epochAware({ initial: 4 }), space, maxEpochs, seed, budget) : plain(samplerNamed(name), space, maxEpochs, seed)
}

function spaceOf(params) {
  return params.map(({ name, type, low, high, log }) => ({ kind: type, name, low, high, scale: log ? 'log' : 'linear' }))
}

/** Every trial runs to its last epoch and counts with its best one; the winner is the one that the model believes in. */
function plain(sampler, space, maxEpochs, seed) {
  const observed = []
  const epochs = []
  let asked
  return {
    next() {
      const suggestion = sampler(space, { observed, pending: [], failed: [] }, { seed, trialNumber: observed.length })
      if (suggestion.kind === 'exhausted') return null
      asked = suggestion.params
      return { trial: observed.length, config: asked, epochs: maxEpochs }
    },
    report({ curve }) {
      if (curve.length === 0) return
      const smoothed = smooth(curve)
      const loss = Math.min(...smoothed)
      observed.push({ params: asked, loss, partial: curve.length < maxEpochs })
      epochs.push(smoothed.indexOf(loss) + 1)
    },
    best() {
      const trial = believedBest(space, observed, seed)
      return { trial, epoch: epochs[trial] }
    },
  }
}

/** Trials are paused and continued as the allocator says. */
function allocating(allocator, space, maxEpochs, seed, budget) {
  const trials = []
  let step = 0
  let consumed = 0
  return {
    next() {
      const decision = allocator(space, trials, { seed, step: step++, maxEpochs, remaining: budget - consumed })
      if (decision.kind === 'exhausted') return null
      if (decision.kind === 'start') trials.push({ params: decision.params, curve: [], state: 'paused' })
      const trial = decision.kind === 'start' ? trials.length - 1 : decision.trial
      return { trial, config: trials[trial].params, epochs: decision.epochs }
    },
    report({ trial, curve, consumed: spent }) {
      consumed = spent
      trials[trial] = { ...trials[trial], curve: [...trials[trial].curve, ...curve] }
    },
    best() {
      return believedBestEpoch(space, trials, maxEpochs)
    },
  }
}
