import { UserError } from '../../errors.js'
import { trialKind } from '../../kinds/index.js'
import { judgeBy } from '../../overfit/index.js'
import type { StudyDocument } from '../../record/document.js'
import type { EpochMetrics } from '../../record/metric.js'
import { directionSign } from '../../record/objective.js'
import type { Judgement } from '../../record/verdict.js'
import type { StudyStore } from '../../storage/index.js'
import type { AskedTrial } from './protocol.js'
import { openStage } from '../../record/stages.js'
import { start } from '../../record/transitions.js'
import type { Failure, RunningTrial, TrialRecord, WaitingTrial } from '../../record/trial.js'

/** Device of a trial that its caller trains. */
const EXTERNAL = 'external'

export function begin(
  trial: WaitingTrial | RunningTrial,
  holder: Pick<RunningTrial, 'owner' | 'request'>,
): RunningTrial {
  const before = trial.state === 'running' ? trial : { attempt: 1, startedAt: now() }
  const { attempt, startedAt } = before
  return start(trial, { attempt, startedAt, device: EXTERNAL, ...holder })
}

/** A running trial as its caller sees it. */
export function askedTrial(record: RunningTrial, store: Pick<StudyStore, 'epochs'>): AskedTrial {
  const { number, attempt, params, rationale } = record
  const stage = openStage(record)
  const epochs = Number(params['epochs'])
  return {
    number,
    attempt,
    params,
    epochs: stage?.until ?? (Number.isFinite(epochs) ? epochs : null),
    epochsRun: store.epochs(number).length,
    rationale: rationale?.text ?? null,
  }
}

/** The verdict on a trial by the study's early-stopping rule. */
export function judgeTrial(
  { spec, preparation }: StudyDocument,
  record: TrialRecord,
  epochs: readonly EpochMetrics[],
): Judgement {
  const sign = directionSign(spec.direction)
  return judgeBy(spec.earlyStopping, {
    // A verdict is on a loss: what is maximized is judged with its sign turned.
    epochs: epochs.map(({ epoch, loss, valLoss }) => ({ epoch, loss, valLoss: sign * valLoss })),
    budget: maxEpochs(record, epochs.length),
    schedule: trialKind(spec.task).schedule(spec.task, record.params),
    validationTokens: preparation?.data.validationTokens ?? null,
    startValLoss: preparation?.valLoss ?? null,
    unit: trialKind(spec.task).unit,
  })
}

/** A curve has no gaps. @throws UserError */
export function checkOrder(number: number, epoch: number, epochs: number): void {
  if (Number.isSafeInteger(epoch) && epoch >= 1 && epoch <= epochs + 1) return
  throw new UserError(
    `trial ${number}`,
    `reports epoch ${epoch} after ${epochs === 0 ? 'none' : `epoch ${epochs}`}`,
    `Report every epoch, the next is ${epochs + 1}`,
  )
}

/** Whether a trial that has run so many epochs is paused, and may be resumed. */
export function pausesAfter(record: RunningTrial, epochs: number): boolean {
  const stage = openStage(record)
  return stage !== undefined && epochs >= stage.until && epochs < maxEpochs(record, Infinity)
}

export function maxEpochs({ params }: TrialRecord, otherwise: number): number {
  const epochs = Number(params['epochs'])
  return Number.isFinite(epochs) ? epochs : otherwise
}

export function failure(
  kind: 'crashed' | 'out-of-memory' | 'diverged' | 'invalid' = 'crashed',
  message: string,
  epochs: number,
): Failure {
  switch (kind) {
    case 'out-of-memory':
      return { kind, device: EXTERNAL, message }
    case 'diverged':
      return { kind, epoch: epochs + 1, message }
    default:
      return { kind, message }
  }
}

export function now(): string {
  return new Date().toISOString()
}
