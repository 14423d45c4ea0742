import { winningEpoch } from '../dist/ranking/index.js'
import { prunerNamed } from '../dist/search/pruners/index.js'
import { levelAt } from '../dist/search/pruners/level.js'

/**
 * A sampler with a pruner, as a study without an end: the pruner is asked first where it names who
 * goes on, and after each epoch where it stops trials.
 *
 * @param sampler of the form that a study asks
 * @param text the pruner's name: `asha(3)`
 */
export function pruned(sampler, text, space, maxEpochs, seed) {
  const pruner = prunerNamed(text)
  const facts = { maxEpochs, direction: 'minimize', trials: Infinity }
  const trials = []
  const train = (number, target) => {
    trials[number] = { ...trials[number], state: 'running', target }
    return { trial: number, config: trials[number].params, epochs: target }
  }
  const begin = () => {
    const suggestion = sampler(space, historyOf(trials, maxEpochs), {
      seed,
      trialNumber: trials.length,
    })
    if (suggestion.kind === 'exhausted') return null
    trials.push({ number: trials.length, params: suggestion.params, curve: [] })
    return trials.length - 1
  }
  return {
    next() {
      if (pruner.kind === 'stopping') {
        const last = trials.at(-1)
        if (last?.state === 'paused') return train(last.number, last.curve.length + 1)
        const number = begin()
        return number === null ? null : train(number, 1)
      }
      const promotion = pruner.promote(trials, facts)
      if (promotion) return train(promotion.trial, promotion.epochs)
      const number = begin()
      return number === null ? null : train(number, pruner.firstPause(number, facts))
    },
    report({ trial, curve: more }) {
      const curve = [...trials[trial].curve, ...more]
      const state =
        curve.length >= maxEpochs
          ? 'complete'
          : pruner.kind === 'stopping' && pruner.judge({ ...trials[trial], curve }, trials, facts)
            ? 'pruned'
            : 'paused'
      trials[trial] = { ...trials[trial], curve, state }
    },
    /** What a study would export: a complete trial, or while there is none any. */
    best() {
      const begun = trials.filter(({ curve }) => curve.length > 0)
      const complete = begun.filter(({ state }) => state === 'complete')
      const ranked = complete.length > 0 ? complete : begun
      const curves = ranked.map(({ params, curve }) => ({ params, losses: curve }))
      const { trial, epoch } = winningEpoch(curves, { space, seed, stagedEpochs: null })
      return { trial: ranked[trial].number, epoch }
    },
  }
}

function historyOf(trials, maxEpochs) {
  return {
    observed: trials.map(({ params, curve }) => ({
      params,
      loss: levelAt(curve, maxEpochs),
      partial: curve.length < maxEpochs,
    })),
    pending: [],
    failed: [],
  }
}
