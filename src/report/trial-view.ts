import { unreachable } from '../errors.js'
import { kindOf } from '../kinds/index.js'
import { verdictReason } from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type { EpochMetrics } from '../record/metric.js'
import { bestEpoch } from '../ranking/index.js'
import type { StudySpec, Unit } from '../record/study.js'
import type { Evidence, Verdict } from '../record/verdict.js'
import type { CompleteTrial, Failure, TrialRecord } from '../record/trial.js'
import { expectedOf } from './expectation.js'
import { perplexityOf, plural, ranges } from './format.js'
import type { EpochPoint, TrialView } from './view.js'

/**
 * One trial as it is shown.
 *
 * @param curve epochs of the training that the trial reads from: its own, or the one it shares
 */
export function trialView(
  trial: TrialRecord,
  curve: readonly EpochMetrics[],
  rank: number | null,
  spec: StudySpec,
  language: Language = 'en',
): TrialView {
  const { unit } = kindOf(spec.task)
  const asked = typeof trial.params['epochs'] === 'number' ? trial.params['epochs'] : null
  const part =
    trial.leader === trial.number || asked === null
      ? curve
      : curve.filter(({ epoch }) => epoch <= asked)
  const epochs = part.map(pointOf)
  const best = bestOf(trial, part, spec)
  const ended = trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'failed'
  return {
    number: trial.number,
    rank,
    state: trial.state,
    params: trial.params,
    epochs,
    bestEpoch: best?.epoch ?? null,
    valLoss: best?.valLoss ?? null,
    objective:
      spec.objective && (trial.state === 'complete' || trial.state === 'paused')
        ? { name: spec.objective, value: trial.objective }
        : null,
    perplexity: unit === 'nats' ? perplexityOf(best?.valLoss ?? null) : null,
    gap: gapOf(best, epochs),
    verdict: verdictOf(trial, language, unit),
    reason: reasonOf(trial, epochs.length, asked),
    failure: trial.state === 'failed' ? trial.failure.kind : null,
    ...outputOf(trial),
    seconds:
      ended || trial.state === 'paused'
        ? trial.seconds
        : trial.state === 'running'
          ? part.reduce((sum, { seconds }) => sum + seconds, 0)
          : 0,
    device: trial.state === 'waiting' ? null : trial.device,
    attempt: trial.state === 'waiting' ? null : trial.attempt,
    epochsRun: ended ? trial.epochsRun : epochs.length,
    epochsAsked: asked,
    leader: trial.leader,
    chosen: trial.rationale?.text ?? chosenBy(spec.sampler.name, trial.basis),
    basis: trial.basis,
    ...(trial.stages
      ? {
          stages: trial.stages.map(({ until, end, rationale }) => ({
            until,
            epochs: end?.epochs ?? null,
            reason: rationale.text,
          })),
        }
      : {}),
    method: trial.rationale?.method ?? null,
    expected: expectedOf(trial),
    ...(spec.objectives && trial.state === 'complete' && trial.objectives
      ? {
          objectives: Object.fromEntries(
            spec.objectives.map((name, i) => [name, trial.objectives![i]!]),
          ),
        }
      : {}),
  }
}

function outputOf(trial: TrialRecord): { readonly output?: string } {
  const output =
    trial.state === 'failed' && 'output' in trial.failure ? trial.failure.output : undefined
  return output === undefined ? {} : { output }
}

function pointOf({ epoch, loss, valLoss, extra }: EpochMetrics): EpochPoint {
  return { epoch, loss: finite(loss), valLoss: finite(valLoss), ...(extra ? { extra } : {}) }
}

// JSON has no NaN: a loss that was not a number is read back as null or not at all.
function finite(value: number | null): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function bestOf(
  trial: TrialRecord,
  curve: readonly EpochMetrics[],
  spec: StudySpec,
): { epoch: number; valLoss: number } | null {
  if (trial.state !== 'complete' && trial.state !== 'paused')
    return bestEpoch(curve, spec)?.metrics ?? null
  return {
    epoch: trial.bestEpoch,
    valLoss: curve.find(({ epoch }) => epoch === trial.bestEpoch)?.valLoss ?? trial.objective,
  }
}

function gapOf(
  best: { epoch: number; valLoss: number } | null,
  epochs: readonly EpochPoint[],
): number | null {
  const loss =
    best === null ? null : (epochs.find(({ epoch }) => epoch === best.epoch)?.loss ?? null)
  return loss === null ? null : best!.valLoss - loss
}

function verdictOf(trial: TrialRecord, language: Language, unit: Unit): TrialView['verdict'] {
  if (trial.state === 'complete')
    return { kind: trial.verdict.kind, reason: verdictReason(verdictAt(trial), language, unit) }
  if (trial.state === 'failed' && trial.failure.kind === 'diverged')
    return { kind: 'diverged', reason: trial.failure.message }
  return null
}

/**
 * The verdict with the epoch that the trial counts by: earlier versions chose one for the verdict
 * and another for the trial.
 */
function verdictAt({ verdict, bestEpoch }: CompleteTrial): Verdict {
  const { evidence } = verdict
  if (verdict.bestEpoch === bestEpoch || !evidence) return verdict
  const { checkpoint: _, ...finding } = evidence
  return { ...verdict, bestEpoch, evidence: finding as Evidence }
}

function reasonOf(trial: TrialRecord, epochsSoFar: number, asked: number | null): string {
  switch (trial.state) {
    case 'waiting':
      return trial.leader === trial.number
        ? 'waits for a free slot'
        : `is read off the training of trial ${trial.leader}`
    case 'running': {
      const again = trial.attempt > 1 ? `, attempt ${trial.attempt}` : ''
      return `${epochsOf(epochsSoFar, asked)} done${again}`
    }
    case 'paused':
      return `paused after ${epochsOf(trial.epochsRun, asked)}; goes on when that promises more than other trials do`
    case 'complete':
      return completeReason(trial, asked)
    case 'pruned':
      return trial.prune.reason
    case 'failed':
      return failureReason(trial.failure)
    default:
      return unreachable(trial)
  }
}

function completeReason({ stop, epochsRun }: CompleteTrial, asked: number | null): string {
  switch (stop.kind) {
    case 'budget':
      return `ran all ${plural(epochsRun, 'epoch')}`
    case 'verdict':
      return `stopped after ${epochsOf(epochsRun, asked)}: more were not worth their time`
    case 'not-resumed':
      return `was left after ${epochsOf(epochsRun, asked)}: ${stop.reason}`
    default:
      return unreachable(stop)
  }
}

function epochsOf(run: number, asked: number | null): string {
  return asked === null ? plural(run, 'epoch') : `${run} of ${plural(asked, 'epoch')}`
}

function failureReason(failure: Failure): string {
  switch (failure.kind) {
    case 'diverged':
      return `training blew up in epoch ${failure.epoch}: ${failure.message}`
    case 'out-of-memory':
      return `ran out of memory on ${failure.device}: ${failure.message}`
    case 'crashed':
      return `broke off: ${failure.message}`
    case 'invalid':
      return `could not be run: ${failure.message}`
    default:
      return unreachable(failure)
  }
}

function chosenBy(sampler: string, { finished, running }: TrialRecord['basis']): string {
  const besides = running.length === 0 ? '' : `, with ${ranges(running)} still running`
  if (finished.length === 0)
    return `proposed by ${sampler} search before any trial had finished${besides}`
  return `proposed by ${sampler} search knowing the results of ${finished.length === 1 ? 'trial' : 'trials'} ${ranges(finished)}${besides}`
}
