import { stageStatesAt } from '../../record/stages.js'
import type { Direction } from '../../record/study.js'
import { isFinished, type Stage, type TrialRecord } from '../../record/trial.js'
import type { LossesByTrial } from '../../search/sampler-curves.js'
import { optional } from '../../util/optional.js'
import type { RecordedDecision } from './recorded-decision.js'

/**
 * The trials of a study as a past decision knew them: those begun before it, finished ones as they
 * are where they were finished then, the others back in the state that they were in.
 *
 * @param trials as they are now
 * @param losses the objective after each epoch, smaller is better
 */
export function trialsAtDecision(
  trials: readonly TrialRecord[],
  { trial, stage, begins }: RecordedDecision,
  losses: LossesByTrial,
  direction: Direction,
): readonly TrialRecord[] {
  const before = begins ? trials.slice(0, firstNumber(trials, trial)) : begunBy(trials, stage!.step)
  if (!stage) {
    const finished = new Set(trial.basis.finished)
    return before.map(each => (finished.has(each.leader) ? each : waiting(each)))
  }
  const byNumber = new Map(stageStatesAt(before, stage.step).map(one => [one.number, one]))
  return before.map(each => {
    const then = byNumber.get(each.number)
    const stages = stagesBefore(each.stages, stage.step)
    // Of one that shares a training, or has no stages, the decision's basis says whether it was
    // finished.
    if (!then)
      return isFinished(each) && trial.basis.finished.includes(each.leader) ? each : waiting(each)
    if (then.state === 'ended') return isFinished(each) ? each : waiting(each, stages)
    const running = waiting(each, stages)
    if (then.state === 'running' || then.epochs === 0) return running
    const costs = (losses.get(each.number) ?? []).slice(0, then.epochs)
    const least = Math.min(...costs)
    const { state: _, ...request } = running
    return {
      ...request,
      state: 'paused',
      attempt: 1,
      startedAt: '',
      device: '',
      seconds: 0,
      epochsRun: then.epochs,
      objective: direction === 'minimize' ? least : -least,
      bestEpoch: costs.indexOf(least) + 1,
    }
  })
}

/** A trial as a past decision knew it, if it had failed then and was run again afterwards. */
export function beforeRetries(
  each: TrialRecord,
  { trial, stage, begins }: RecordedDecision,
): TrialRecord {
  const retry = each.retries?.find(({ trials, steps }) =>
    stage && !begins ? stage.step < steps : trial.number < trials,
  )
  if (!retry) return each
  const { epochs: epochsRun, stages } = retry
  const { number, params, repeatOf, basis, leader, rationale } = each
  return {
    ...{ number, params, basis, leader, rationale, ...optional({ repeatOf, stages }) },
    state: 'failed',
    failure: { kind: 'crashed', message: 'run again since' },
    attempt: 1,
    startedAt: '',
    endedAt: '',
    seconds: 0,
    device: '',
    epochsRun,
  }
}

/** The first number of the trials that share a training. */
function firstNumber(trials: readonly TrialRecord[], { leader }: TrialRecord): number {
  return trials.find(trial => trial.leader === leader)!.number
}

function begunBy(trials: readonly TrialRecord[], step: number): readonly TrialRecord[] {
  const later = trials.find(({ stages }) => stages !== undefined && stages[0]!.step >= step)
  return later ? trials.slice(0, firstNumber(trials, later)) : trials
}

/** Stages given out before a step; an end that came later has not come yet. */
function stagesBefore(
  stages: readonly Stage[] | undefined,
  step: number,
): readonly Stage[] | undefined {
  return stages
    ?.filter(stage => stage.step < step)
    .map(stage => {
      const { end, ...open } = stage
      if (!end || end.step > step) return open
      const { finishedStep, ...ended } = end
      return { ...open, end: finishedStep !== undefined && finishedStep <= step ? end : ended }
    })
}

function waiting(
  { number, params, repeatOf, basis, leader, rationale, stages: all }: TrialRecord,
  stages = all,
): TrialRecord {
  return {
    number,
    params,
    ...(repeatOf === undefined ? {} : { repeatOf }),
    basis,
    leader,
    rationale,
    ...(stages ? { stages } : {}),
    state: 'waiting',
  }
}
