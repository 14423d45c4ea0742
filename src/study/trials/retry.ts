import { UserError } from '../../errors.js'
import { trialKind } from '../../kinds/index.js'
import type { StudyDocument } from '../../record/document.js'
import { stagesGiven } from '../../record/stages.js'
import { retry } from '../../record/transitions.js'
import type { FailedTrial, TrialRecord } from '../../record/trial.js'
import type { TrialContext } from './context.js'

/** Which failed trials are run again. */
export interface RetryRequest {
  /** Numbers; all failed trials when left out. */
  readonly trials?: readonly number[] | undefined
}

export interface Retried {
  /** Numbers of the trials that will run again. */
  readonly trials: readonly number[]
}

/**
 * Puts failed trials back to where they run again, as a further attempt from their last
 * checkpoints. Trials that share a training with one of them come along if they failed too.
 *
 * @throws UserError for a trial that has not failed, and if none has
 */
export async function retryTrials(
  { store }: TrialContext,
  { trials: numbers }: RetryRequest,
): Promise<Retried> {
  const { document } = store
  for (const number of numbers ?? []) checkFailed(document, number)
  const failed = document.trials.filter((trial): trial is FailedTrial => trial.state === 'failed')
  const leaders = new Set(
    failed.filter(({ number }) => numbers?.includes(number) ?? true).map(({ leader }) => leader),
  )
  const again = failed.filter(({ leader }) => leaders.has(leader))
  if (again.length === 0)
    throw new UserError(
      `study ${document.spec.name}`,
      'has no failed trial',
      `See its trials with: tune study show ${document.spec.name}`,
    )
  const at = { trials: document.trials.length, steps: stagesGiven(document.trials) }
  // Callers get it by its number: tune study ask NAME --trial 7.
  const owner = trialKind(document.spec.task).trainedByCallers ? 'nobody' : undefined
  const byNumber = new Map<number, TrialRecord>(
    again.map(each => [each.number, retry(each, at, owner)]),
  )
  const reason = `${again.length} failed trials wait to be run again`
  await store.update(before => ({
    ...before,
    ...(before.state === 'running' ? {} : { state: 'stopped' as const, reason }),
    trials: before.trials.map(trial => byNumber.get(trial.number) ?? trial),
  }))
  return { trials: again.map(({ number }) => number) }
}

function checkFailed({ trials, spec }: StudyDocument, number: number): void {
  const trial = trials[number]
  if (trial?.state === 'failed') return
  throw new UserError(
    `trial ${number}`,
    trial ? `is ${trial.state}, not failed` : 'does not exist',
    `See the trials with: tune study show ${spec.name}`,
  )
}
