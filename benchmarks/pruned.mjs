import { winningEpoch } from '../dist/ranking/index.js'
import { isPromoting } from '../dist/search/contract/pruner.js'
import { levelAt } from '../dist/search/pruners/level.js'
import { createPruner } from '../dist/search/registry.js'

/**
 * A sampler with a pruner, as a study without an end: the pruner is asked first where it names who
 * goes on, and after each epoch where it stops trials.
 *
 * @param sampler of the form that a study asks
 * @param text the pruner's name: `asha(3)`
 */
export function pruned(sampler, text, space, maxEpochs, seed) {
  const pruner = createPruner(text)
  const request = { maxEpochs, direction: /** @type {const} */ ('minimize'), trialCount: Infinity }
  const trials = []
  const train = (number, target) => {
    trials[number] = { ...trials[number], state: 'running', target }
    return { trial: number, config: trials[number].params, epochs: target }
  }
  const begin = () => {
    const suggestion = sampler.suggest(space, evaluated(trials, maxEpochs), {
      seed,
      trialNumber: trials.length,
    })
    if (suggestion.kind === 'exhausted') return null
    trials.push({ trial: trials.length, params: suggestion.params, losses: [] })
    return trials.length - 1
  }
  return {
    next() {
      if (!isPromoting(pruner)) {
        const last = trials.at(-1)
        if (last?.state === 'paused') return train(last.trial, last.losses.length + 1)
        const number = begin()
        return number === null ? null : train(number, 1)
      }
      const promotion = pruner.promote(trials, request)
      if (promotion) return train(promotion.trial, promotion.epochs)
      const number = begin()
      return number === null ? null : train(number, pruner.firstPause(number, request))
    },
    report({ trial, curve: more }) {
      const losses = [...trials[trial].losses, ...more]
      const state =
        losses.length >= maxEpochs
          ? 'complete'
          : !isPromoting(pruner) && pruner.judge({ ...trials[trial], losses }, trials, request)
            ? 'pruned'
            : 'paused'
      trials[trial] = { ...trials[trial], losses, state }
    },
    /** What a study would export: a complete trial, or while there is none any. */
    best() {
      const begun = trials.filter(({ losses }) => losses.length > 0)
      const complete = begun.filter(({ state }) => state === 'complete')
      const ranked = complete.length > 0 ? complete : begun
      return winningEpoch(ranked, { space, seed, stagedEpochs: null })
    },
  }
}

/** Each trial with the lowest smoothed loss that it has reached. */
function evaluated(trials, maxEpochs) {
  return trials.map(trial => ({ ...trial, loss: levelAt(trial.losses, maxEpochs) }))
}
