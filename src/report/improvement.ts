import { trialKind } from '../kinds/index.js'
import { UNIT } from '../overfit/index.js'
import { byConfiguration, configurationNumber, summarizeRepeats } from '../record/repeats.js'
import { DEFAULTS_METHOD } from '../record/trial.js'
import { rankingSoFar, type Rankable } from '../ranking/index.js'
import type { DefaultsView, StudyView } from './view.js'
import { reportWords } from './words/index.js'

/** The trial with the training's own settings, and the best trial's improvement over it. */
export function defaultsView(document: Rankable): DefaultsView | null {
  const {
    trials,
    spec: { direction },
  } = document
  const first = trials.find(({ rationale }) => rationale?.method === DEFAULTS_METHOD)
  if (!first) return null
  const ranked = rankingSoFar(document)
  const groups = byConfiguration(ranked)
  const own = groups.get(first.number)
  const best = ranked[0]
  const { number, state } = first
  if (!own || !best) return { number, state, objective: null, improvement: null, best: false }
  const objective = summarizeRepeats(own).mean
  const reached = summarizeRepeats(groups.get(configurationNumber(best))!).mean
  return {
    number,
    state,
    objective,
    improvement: direction === 'minimize' ? objective - reached : reached - objective,
    best: own.includes(best),
  }
}

/** The improvement over the defaults in a sentence; null while it is unknown. */
export function improvementLine({
  defaults,
  state,
  task,
  objective,
  language,
}: Pick<StudyView, 'defaults' | 'state' | 'task' | 'objective' | 'language'>): string | null {
  if (!defaults) return null
  const words = reportWords(language)
  const { number, improvement, best } = defaults
  if (defaults.state === 'failed') return words.result.defaultsFailed(number)
  if (improvement === null) return null
  if (best) return words.result.defaultsBest(number, state === 'complete')
  if (objective !== undefined && objective !== 'valLoss')
    return words.result.improvement(number, amount(improvement), words.measures[objective])
  const { unit } = trialKind(task)
  const text = unit === null ? amount(improvement) : `${amount(improvement)} ${UNIT[unit]}`
  return words.result.improvement(number, text, null)
}

/** Two significant digits: `0.31`, `0.0042`, `12`. */
export function amount(improvement: number): string {
  if (improvement === 0) return '0'
  return improvement >= 100
    ? String(Math.round(improvement))
    : String(Number(improvement.toPrecision(2)))
}
