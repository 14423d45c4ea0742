import { scheduleOf, type StudySpec } from '../record/study.js'
import { isFinished, type TrialRecord, type WaitingTrial } from '../record/trial.js'
import { axis, GRID_LEVELS, gridSize } from '../search/grid.js'
import { historyOf } from '../search/history.js'
import { samplerNamed } from '../search/registry.js'
import type { Suggestion } from '../search/sampler.js'
import { contains, type Params, type Space } from '../space/parameter.js'

/**
 * How the trials of a study share trainings.
 *
 * Under a constant learning rate a run of 3 epochs is a prefix of a run of 10: configurations that differ
 * in epochs alone are one training, and the search is over the other parameters. Under any other schedule
 * epochs is a dimension like the rest, and each trial is a training of its own.
 */
export interface Plan {
  /** What the sampler sees. */
  readonly space: Space
  /** Epoch counts that one training answers, ascending; its trials are numbered in this order. Null when the sampler chooses epochs. */
  readonly levels: readonly number[] | null
}

export function planOf(spec: StudySpec): Plan {
  const epochs = spec.space.find(({ name }) => name === 'epochs')
  if (!epochs || !sharesTrainings(spec)) return { space: spec.space, levels: null }
  const counts = axis(epochs, levelsOf(spec)).map(Number)
  const ascending = [...counts].sort((a, b) => a - b)
  const most = epochs.kind === 'categorical' ? ascending.at(-1)! : epochs.high
  return { space: spec.space.filter(parameter => parameter !== epochs), levels: spec.sampler.name === 'grid' ? ascending : [most] }
}

/** Whether a short run is a prefix of a long one, whatever else the trials are given. */
function sharesTrainings({ space, task }: StudySpec): boolean {
  if (scheduleOf(task) !== 'constant') return false
  if (task.kind !== 'finetune') return true
  return (task.training.warmupRatio ?? 0) === 0 && !space.some(({ name }) => name === 'schedule' || name === 'warmupRatio')
}

/** The trials of one training, in order of their epochs; the last one leads it. */
export type Asked = { readonly kind: 'trials'; readonly trials: readonly WaitingTrial[] } | { readonly kind: 'exhausted'; readonly reason: string }

/**
 * Asks the study's sampler for the next training.
 *
 * @param trials all trials so far, in order of number
 * @param budget how many trials the study may have in all
 */
export function askNext(spec: StudySpec, plan: Plan, trials: readonly TrialRecord[], budget: number): Asked {
  const leaders = trials.filter(trial => trial.training === trial.number)
  const ordinal = leaders.length
  const basis = {
    finished: leaders.filter(isFinished).map(({ number }) => number),
    running: leaders.filter(trial => !isFinished(trial)).map(({ number }) => number),
  }
  const suggestion = suggest(spec, plan, leaders, ordinal)
  if (suggestion.kind === 'exhausted') return suggestion
  // Short of the whole training's trials, the longest runs are the ones worth having.
  const levels = plan.levels?.slice(-(budget - trials.length)) ?? [null]
  const training = trials.length + levels.length - 1
  return {
    kind: 'trials',
    trials: levels.map((epochs, i) => ({
      number: trials.length + i,
      params: searched(spec.space, epochs === null ? suggestion.params : { ...suggestion.params, epochs }),
      basis,
      training,
      why: suggestion.why,
      state: 'waiting' as const,
    })),
  }
}

/** How many trials the study will have: its budget, or fewer where a grid is smaller. */
export function trialsPlanned(spec: StudySpec, plan: Plan, budget: number): number {
  if (spec.sampler.name !== 'grid') return budget
  return Math.min(budget, gridSize(plan.space, { levels: levelsOf(spec) }) * (plan.levels?.length ?? 1))
}

function levelsOf({ sampler }: StudySpec): number {
  return Number(sampler.options['levels'] ?? GRID_LEVELS)
}

function suggest(spec: StudySpec, plan: Plan, leaders: readonly TrialRecord[], ordinal: number): Suggestion {
  if (plan.space.length === 0) {
    const why = { method: 'only choice', text: 'only epochs is searched, and one training answers every count', expected: null }
    return ordinal === 0 ? { kind: 'params', params: {}, why } : { kind: 'exhausted', reason: 'space exhausted, 1 of 1: only epochs is searched, and one training answers it' }
  }
  // Trials from before the space was changed stay as evidence where they lie inside it.
  const seen = leaders.map(trial => ({ ...trial, params: searched(plan.space, trial.params) })).filter(({ params }) => contains(plan.space, params))
  const known = {
    ...(spec.constraints ? { constraints: spec.constraints } : {}),
    ...(spec.start ? { start: spec.start.map(point => searched(plan.space, point)) } : {}),
  }
  return samplerNamed(spec.sampler.name, spec.sampler.options)(plan.space, historyOf(seen, spec.direction), { seed: spec.seed, trialNumber: ordinal, ...known })
}

/** The parameters of a space, in its order. */
function searched(space: Space, params: Params): Params {
  return Object.fromEntries(space.flatMap(({ name }) => (params[name] === undefined ? [] : [[name, params[name]]])))
}
