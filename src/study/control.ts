import { optional } from '../util/optional.js'
import type {
  AskAnswer,
  ReportAnswer,
  ReportedEpoch,
  TellAnswer,
  TrialResult,
} from './ask-tell/protocol.js'
import { defaultOwner } from './ask-tell/owner.js'
import type { Strategies } from './decision/strategies.js'
import { manage } from './session/manage.js'
import type { Retried, RetryRequest } from './trials/retry.js'

/** Which study is meant. */
export interface StudyReference {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /** Objects that the study's `sampler: own(…)` and `pruner: own(…)` name. */
  readonly strategies?: Strategies | undefined
}

export interface AskTrialRequest extends StudyReference {
  /** Who asks, for people; this host and process when left out. */
  readonly owner?: string | undefined
  /** Hands out again a trial whose caller is gone. */
  readonly trial?: number | undefined
}

/** Gets the next trial of a study, to train it in the calling program. */
export function askTrial({
  name,
  studies,
  strategies,
  owner = defaultOwner(),
  trial,
}: AskTrialRequest): Promise<AskAnswer> {
  // The key makes the call repeatable: a manager that is killed may have recorded the trial.
  const request = crypto.randomUUID()
  return manage({ name, studies, strategies }, 'ask', optional({ owner, request, trial }))
}

export interface TrialReference extends StudyReference {
  readonly trial: number
  /** The attempt that was asked for; the newest when left out. */
  readonly attempt?: number | undefined
}

/** Reports an epoch of a trial that was asked for. */
export function reportEpoch({
  name,
  studies,
  strategies,
  trial,
  attempt,
  metrics,
}: TrialReference & { readonly metrics: ReportedEpoch }): Promise<ReportAnswer> {
  return manage({ name, studies, strategies }, 'report', optional({ trial, attempt, metrics }))
}

/** Tells how a trial ended that was asked for. */
export function tellTrial({
  name,
  studies,
  strategies,
  ...request
}: TrialReference & TrialResult): Promise<TellAnswer> {
  return manage({ name, studies, strategies }, 'tell', finite(request))
}

/** JSON has no NaN, and a trial whose loss is none has failed. */
function finite(request: { readonly trial: number } & TrialResult): object {
  if (request.state === 'failed') return request
  const { valLoss } = request
  return valLoss === undefined || Number.isFinite(valLoss)
    ? request
    : {
        ...request,
        valLoss: undefined,
        state: 'failed',
        failure: 'diverged',
        message: `the validation loss is ${valLoss}`,
      }
}

/** Begins no further trial until the study is resumed. */
export function pauseStudy(study: StudyReference): Promise<{ readonly changed: boolean }> {
  return manage(study, 'pause', null)
}

/** Lets a paused study begin trials again. */
export function resumeStudy(study: StudyReference): Promise<{ readonly changed: boolean }> {
  return manage(study, 'resume', null)
}

/** Changes how many trials of a running study are side by side. */
export function setSlots({
  slots,
  ...study
}: StudyReference & { readonly slots: number }): Promise<{ readonly slots: number }> {
  return manage(study, 'slots', { slots })
}

/** Says which of the trials that wait for a slot begins first: those of higher priority. */
export function setPriority({
  trial,
  priority,
  ...study
}: StudyReference & { readonly trial: number; readonly priority: number }): Promise<void> {
  return manage(study, 'priority', { trial, priority })
}

/**
 * Runs failed trials again: at once if the study runs, else when it is run again.
 *
 * @throws UserError for a trial that has not failed, and if none has
 */
export function retryStudy({ trials, ...study }: StudyReference & RetryRequest): Promise<Retried> {
  return manage(study, 'retry', optional({ trials }))
}
