import type { Evidence } from '../../record/document.js'
import { directionSign } from '../../record/objective.js'
import type { StudySpec } from '../../record/study.js'
import {
  isFinished,
  leadingTrials,
  type TrialRecord,
  type WaitingTrial,
} from '../../record/trial.js'
import type { EarlierStudy, SampleRequest, Suggestion } from '../../search/contract/sampler.js'
import { samplerCurves, type LossesByTrial } from '../../search/sampler-curves.js'
import { optional } from '../../util/optional.js'
import { canonical, type Params, type Space } from '../../space/parameter.js'
import type { Plan } from './plan.js'
import { samplerIn, type Strategies } from './strategies.js'

/** The trials of one training, in order of their epochs; the last one leads it. */
export type NextTraining =
  | { readonly kind: 'trials'; readonly trials: readonly WaitingTrial[] }
  | { readonly kind: 'exhausted'; readonly reason: string }

/**
 * Asks for the next training: a repeat of the last configuration where the study wants more of
 * them, else what the study's sampler proposes.
 *
 * @param trials all trials so far, in order of number
 * @param budget how many trials the study may have in all
 * @param evidence what was taken over from earlier studies
 * @param losses of the trials that lead a training
 * @param own objects that the study names
 */
export function askNext(
  spec: StudySpec,
  plan: Plan,
  trials: readonly TrialRecord[],
  budget: number,
  evidence: readonly Evidence[] = [],
  losses?: LossesByTrial,
  own?: Strategies,
): NextTraining {
  const leaders = leadingTrials(trials)
  const basis = {
    finished: leaders.filter(isFinished).map(({ number }) => number),
    running: leaders.filter(trial => !isFinished(trial)).map(({ number }) => number),
  }
  const left = budget - trials.length
  const again = repeated(spec, trials, leaders)
  const suggestion = again ? null : suggest(spec, plan, leaders, evidence, losses, own)
  if (suggestion?.kind === 'exhausted') return suggestion
  // Short of the whole training's trials, the longest runs are the ones worth having.
  const runs =
    again ??
    (plan.epochCounts ?? [null]).map(epochs => ({
      params: searchedParams(
        spec.space,
        epochs === null ? suggestion!.params : { ...suggestion!.params, epochs },
      ),
      rationale: suggestion!.rationale,
    }))
  const lastRuns = runs.slice(-left)
  const leader = trials.length + lastRuns.length - 1
  return {
    kind: 'trials',
    trials: lastRuns.map((run, i) => ({
      number: trials.length + i,
      ...run,
      basis,
      leader,
      state: 'waiting' as const,
    })),
  }
}

/** The parameters of a space, in its order. */
export function searchedParams(space: Space, params: Params): Params {
  return Object.fromEntries(
    space.flatMap(({ name }) => (params[name] === undefined ? [] : [[name, params[name]]])),
  )
}

/**
 * The last configuration again, under other seeds: a trial's number keys its randomness. One that
 * has failed is not tried again.
 *
 * @returns null where it has been trained as often as the study wants
 */
function repeated(
  { repeats = 1 }: StudySpec,
  trials: readonly TrialRecord[],
  leaders: readonly TrialRecord[],
): Pick<WaitingTrial, 'params' | 'repeatOf' | 'rationale'>[] | null {
  const last = leaders.at(-1)
  if (repeats === 1 || !last) return null
  const first = last.repeatOf ?? last.number
  const same = leaders.filter(({ number, repeatOf = number }) => repeatOf === first)
  if (same.length >= repeats || same.some(({ state }) => state === 'failed')) return null
  const text = `repeat ${same.length + 1} of ${repeats} of trial ${first}, under another seed`
  const group = trials.filter(({ leader }) => leader === first)
  return group.map(({ params, number, rationale }) => ({
    params,
    repeatOf: number,
    rationale: { method: 'repeat', text, expected: rationale?.expected ?? null },
  }))
}

function suggest(
  spec: StudySpec,
  plan: Plan,
  leaders: readonly TrialRecord[],
  evidence: readonly Evidence[],
  losses?: LossesByTrial,
  own?: Strategies,
): Suggestion {
  const ordinal = leaders.filter(({ repeatOf }) => repeatOf === undefined).length
  if (plan.space.length === 0) {
    const rationale = {
      method: 'only choice',
      text: 'only epochs is searched, and one training covers every count',
      expected: null,
    }
    return ordinal === 0
      ? { kind: 'params', params: {}, rationale }
      : {
          kind: 'exhausted',
          reason: 'space exhausted, 1 of 1: only epochs is searched, and one training covers it',
        }
  }
  const currentTrials = leaders.map(trial => ({
    ...trial,
    params: paramsInSpace(plan.space, trial.params, spec),
  }))
  const request: SampleRequest = {
    seed: spec.seed,
    trialNumber: ordinal,
    direction: spec.direction,
    ...firstPointRequest(spec, plan.space, evidence),
  }
  return samplerIn(spec.sampler, own).suggest(
    plan.space,
    samplerCurves(currentTrials, spec, losses),
    request,
  )
}

/**
 * The points and studies that a search begins with. A grid stays a grid: it begins with the points
 * that the user names, and no others.
 */
export function firstPointRequest(
  spec: StudySpec,
  space: Space,
  evidence: readonly Evidence[],
): Pick<SampleRequest, 'constraints' | 'initialPoints' | 'defaults' | 'earlierStudies'> {
  const { constraints, initialPoints, defaults, sampler } = spec
  const isGrid = sampler.name === 'grid'
  return optional({
    constraints,
    initialPoints: initialPoints?.map(point => searchedParams(space, point)),
    defaults: defaults && !isGrid ? searchedParams(space, defaults) : undefined,
    earlierStudies:
      evidence.length > 0 && !isGrid
        ? evidence.map(each => earlierStudy(each, space, spec))
        : undefined,
  })
}

/**
 * A configuration in terms of the space as it is now. What was not searched when it was tried had
 * the value that the training has by default; a value outside the space stays what it is, for the
 * model to use where it can.
 */
export function paramsInSpace(
  space: Space,
  params: Params,
  { defaults }: Pick<StudySpec, 'defaults'>,
): Params {
  return canonical(space, { ...defaults, ...params })
}

function earlierStudy(
  { study, direction, trials }: Evidence,
  space: Space,
  spec: StudySpec,
): EarlierStudy {
  const sign = directionSign(direction)
  return {
    study,
    trials: trials.map(({ params, objective }, trial) => ({
      trial,
      params: paramsInSpace(space, params, spec),
      state: 'complete',
      losses: [],
      loss: sign * objective,
    })),
  }
}
