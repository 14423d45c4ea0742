import { optional } from '../util/optional.js'
import type {
  CompleteTrial,
  Failure,
  FailedTrial,
  FinishedTrial,
  PausedTrial,
  PrunedTrial,
  Retry,
  RunningTrial,
  ScoredEpoch,
  Stage,
  SuggestedTrial,
  TrialRecord,
  WaitingTrial,
  Ended,
} from './trial.js'

export interface Start {
  readonly attempt: number
  readonly startedAt: string
  readonly device: string
  readonly owner?: string
  readonly request?: string
}

/**
 * `waiting` → `running`, or a further attempt at a trial that was running when its host or the
 * manager died.
 */
export function start(
  trial: WaitingTrial | RunningTrial | PausedTrial,
  { attempt, startedAt, device, owner, request }: Start,
): RunningTrial {
  return {
    ...suggestionFields(trial),
    state: 'running',
    attempt,
    startedAt,
    device,
    ...optional({ owner, request }),
  }
}

/** `running` → `paused`, at the end of a stage. */
export function pause(
  trial: RunningTrial,
  so: Pick<PausedTrial, 'seconds' | 'epochsRun'> & ScoredEpoch,
): PausedTrial {
  const { attempt, startedAt, device } = trial
  return { ...suggestionFields(trial), state: 'paused', attempt, startedAt, device, ...so }
}

/** `paused` → `running`: the same attempt continues. */
export function resume(trial: PausedTrial, stage: Stage): RunningTrial {
  const { attempt, startedAt, device, stages = [] } = trial
  return { ...start(trial, { attempt, startedAt, device }), stages: [...stages, stage] }
}

/**
 * `failed` → `running`, as if its process had died: the next attempt continues it. One that shares
 * another's training waits for it.
 */
export function retry(
  trial: FailedTrial,
  at: Pick<Retry, 'trials' | 'steps'>,
  owner?: string,
): RunningTrial | WaitingTrial {
  const { attempt, startedAt, device, epochsRun, number, leader, stages, retries = [] } = trial
  const fields = {
    ...suggestionFields(trial),
    // The last stage is open again.
    ...optional({
      stages: stages?.map((stage, i) => (i < stages.length - 1 ? stage : open(stage))),
    }),
    retries: [...retries, { ...at, epochs: epochsRun, ...optional({ stages }) }],
  }
  return number === leader
    ? { ...fields, state: 'running', attempt, startedAt, device, ...optional({ owner }) }
    : { ...fields, state: 'waiting' }
}

function open({ end: _, ...stage }: Stage): Stage {
  return stage
}

type Facts = Pick<Ended, 'endedAt' | 'seconds' | 'epochsRun'>
export type Ending = Facts &
  (
    | (Pick<CompleteTrial, 'state' | 'objectives' | 'stop' | 'verdict'> & ScoredEpoch)
    | Pick<PrunedTrial, 'state' | 'prune'>
    | Pick<FailedTrial, 'state' | 'failure'>
  )

/** The only way to an end. A finished trial has no transition: it never changes. */
export function finish(trial: RunningTrial | PausedTrial, ending: Ending): FinishedTrial {
  const { attempt, startedAt, device } = trial
  const fields = { ...suggestionFields(trial), attempt, startedAt, device }
  // JSON has no NaN, and a sampler must never meet one: an objective that is not a number is a
  // failure.
  if (
    ending.state === 'complete' &&
    ![ending.objective, ...(ending.objectives ?? [])].every(Number.isFinite)
  ) {
    const { endedAt, seconds, epochsRun } = ending
    const failure: Failure = {
      kind: 'diverged',
      epoch: ending.bestEpoch,
      message: 'the objective is not a finite number',
    }
    return { ...fields, endedAt, seconds, epochsRun, state: 'failed', failure }
  }
  return { ...fields, ...ending }
}

function suggestionFields({
  number,
  params,
  repeatOf,
  basis,
  leader,
  rationale,
  stages,
  retries,
}: TrialRecord): SuggestedTrial {
  return {
    number,
    params,
    basis,
    leader,
    rationale,
    ...optional({ repeatOf, stages, retries }),
  }
}
