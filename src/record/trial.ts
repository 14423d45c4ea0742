import type { Params } from '../space/parameter.js'
import type { Verdict } from './verdict.js'

/** Why training ended without being a loss for the trial. */
export type Stop =
  /** All epochs that were asked for have run. */
  | { readonly kind: 'budget' }
  /** The overfit detector saw nothing more to gain; the verdict says why. */
  | { readonly kind: 'verdict' }

/** Why a pruner gave up on the trial. `threshold` is what its peers had reached at that epoch. */
export interface Prune {
  readonly kind: 'median' | 'rung'
  readonly epoch: number
  readonly value: number
  readonly threshold: number
  readonly reason: string
}

/** Why a trial has no objective value. Ordinary data: a study with failures is a normal study. */
export type Failure =
  | { readonly kind: 'diverged'; readonly epoch: number; readonly message: string }
  /** `output`: the last lines of a program of the user's. */
  | { readonly kind: 'out-of-memory'; readonly device: string; readonly message: string; readonly output?: string }
  | { readonly kind: 'crashed'; readonly message: string; readonly output?: string }
  | { readonly kind: 'interrupted'; readonly message: string }
  | { readonly kind: 'invalid'; readonly message: string }

/** Why a sampler proposed a trial, for people and for the record. */
export interface Why {
  /** `grid`, `latin hypercube`, `expected improvement`. */
  readonly method: string
  readonly text: string
  /** What the sampler's model expected of the trial's objective; null when it has no model. */
  readonly expected: { readonly mean: number; readonly sd: number } | null
}

interface Asked {
  /** From 0, dense; with the study seed it keys all of the trial's randomness. */
  readonly number: number
  readonly params: Params
  /** Numbers of the trials already finished, and still running, when the sampler was asked. Replay needs both. */
  readonly basis: { readonly finished: readonly number[]; readonly running: readonly number[] }
  /**
   * The trial whose training this one reads its epochs from: its own number, or that of a trial
   * with the same parameters and more epochs, of which this one's run is a prefix.
   */
  readonly training: number
  readonly why: Why | null
}

/** Asked for, and waiting for a slot or for the training it shares. */
export interface WaitingTrial extends Asked {
  readonly state: 'waiting'
}

export interface RunningTrial extends Asked {
  readonly state: 'running'
  /** From 1; a crash of the device host or of the manager starts the next one, from the last checkpoint. */
  readonly attempt: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly device: string
}

interface Ended extends Asked {
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt: string
  /** Seconds of training, all attempts together. */
  readonly seconds: number
  readonly device: string
  /** Epochs that have run. */
  readonly epochsRun: number
}

export interface CompleteTrial extends Ended {
  readonly state: 'complete'
  /** The study's objective at `bestEpoch`; finite. */
  readonly objective: number
  readonly bestEpoch: number
  readonly stop: Stop
  readonly verdict: Verdict
}

export interface PrunedTrial extends Ended {
  readonly state: 'pruned'
  readonly prune: Prune
}

export interface FailedTrial extends Ended {
  readonly state: 'failed'
  readonly failure: Failure
}

export type FinishedTrial = CompleteTrial | PrunedTrial | FailedTrial
export type TrialRecord = WaitingTrial | RunningTrial | FinishedTrial

export function isFinished(trial: TrialRecord): trial is FinishedTrial {
  return trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'failed'
}

export interface Start {
  readonly attempt: number
  readonly startedAt: string
  readonly device: string
}

/** `waiting` → `running`, or a further attempt at a trial that was running when its host or the manager died. */
export function start(trial: WaitingTrial | RunningTrial, { attempt, startedAt, device }: Start): RunningTrial {
  const { number, params, basis, training, why } = trial
  return { number, params, basis, training, why, state: 'running', attempt, startedAt, device }
}

type Facts = Pick<Ended, 'endedAt' | 'seconds' | 'epochsRun'>
export type Ending = Facts &
  (
    | Pick<CompleteTrial, 'state' | 'objective' | 'bestEpoch' | 'stop' | 'verdict'>
    | Pick<PrunedTrial, 'state' | 'prune'>
    | Pick<FailedTrial, 'state' | 'failure'>
  )

/** The only way out of `running`. A finished trial has no transition: it never changes. */
export function finish(trial: RunningTrial, ending: Ending): FinishedTrial {
  const { number, params, basis, training, why, attempt, startedAt, device } = trial
  const asked = { number, params, basis, training, why, attempt, startedAt, device }
  // JSON has no NaN, and a sampler must never meet one: an objective that is not a number is a failure.
  if (ending.state === 'complete' && !Number.isFinite(ending.objective)) {
    const { endedAt, seconds, epochsRun } = ending
    const failure: Failure = { kind: 'diverged', epoch: ending.bestEpoch, message: 'the objective is not a finite number' }
    return { ...asked, endedAt, seconds, epochsRun, state: 'failed', failure }
  }
  return { ...asked, ...ending }
}
