import { kindOf } from '../kinds/index.js'
import { byConfiguration, configurationOf, repeatsOf } from '../record/repeats.js'
import type { Direction } from '../record/study.js'
import { DEFAULTS_METHOD, type TrialRecord } from '../record/trial.js'
import { sentence } from './format.js'
import { rankingSoFar } from './ranking.js'
import type { DefaultsView, StudyView } from './view.js'
import { OBJECTIVE_WORDS } from './words.js'

/** The trial that was run with the training's own settings, and how much better the best one is. */
export function againstDefaults(
  trials: readonly TrialRecord[],
  direction: Direction,
): DefaultsView | null {
  const first = trials.find(({ rationale }) => rationale?.method === DEFAULTS_METHOD)
  if (!first) return null
  const ranked = rankingSoFar(trials, direction)
  const groups = byConfiguration(ranked)
  const own = groups.get(first.number)
  const best = ranked[0]
  const { number, state } = first
  if (!own || !best) return { number, state, objective: null, gain: null, best: false }
  const objective = repeatsOf(own).mean
  const reached = repeatsOf(groups.get(configurationOf(best))!).mean
  return {
    number,
    state,
    objective,
    gain: direction === 'minimize' ? objective - reached : reached - objective,
    best: own.includes(best),
  }
}

/** How much was gained over the defaults, in a sentence; null while that is not known. */
export function gainLine({
  defaults,
  state,
  task,
  objective = 'valLoss',
}: Pick<StudyView, 'defaults' | 'state' | 'task' | 'objective'>): string | null {
  if (!defaults) return null
  const { number, gain, best } = defaults
  if (defaults.state === 'failed')
    return `The defaults (trial ${number}) failed, so there is no gain over them to tell.`
  if (gain === null) return null
  if (best)
    return state === 'complete'
      ? `No trial beat the defaults (trial ${number}).`
      : `No trial has beaten the defaults (trial ${number}) yet.`
  if (objective !== 'valLoss')
    return `${sentence(OBJECTIVE_WORDS[objective])} is ${amount(gain)} better than with the defaults (trial ${number}).`
  return `That is ${amount(gain)}${kindOf(task).unit === 'nats' ? ' nats' : ''} better than the defaults (trial ${number}).`
}

/** Two digits that matter, `0.31`, `0.0042`, `12`. */
export function amount(gain: number): string {
  return gain === 0
    ? '0'
    : gain >= 100
      ? String(Math.round(gain))
      : String(Number(gain.toPrecision(2)))
}
