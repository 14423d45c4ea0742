import { unreachable } from '../errors.js'
import { trialKind } from '../kinds/index.js'
import { verdictReason } from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type { EpochMetrics } from '../record/metric.js'
import { bestEpoch } from '../ranking/index.js'
import type { StudySpec, Unit } from '../record/study.js'
import type { CompleteTrial, TrialRecord } from '../record/trial.js'
import type { Evidence, Verdict } from '../record/verdict.js'
import { optional } from '../util/optional.js'
import { ranges, toPerplexity } from './format.js'
import { trialPrediction } from './prediction.js'
import type { EpochPoint, TrialView } from './trial.js'
import { reportWords } from './words/index.js'
import type { TrialWords } from './words/words.js'

/**
 * One trial as a report shows it.
 *
 * @param curve epochs of the training run that the trial reads: its own, or the one it shares
 */
export function trialView(
  trial: TrialRecord,
  curve: readonly EpochMetrics[],
  rank: number | null,
  spec: StudySpec,
  language: Language = 'en',
): Omit<TrialView, 'rankedBy'> {
  const planned = typeof trial.params['epochs'] === 'number' ? trial.params['epochs'] : null
  const ownCurve =
    trial.leader === trial.number || planned === null
      ? curve
      : curve.filter(({ epoch }) => epoch <= planned)
  const epochs = ownCurve.map(epochPoint)
  const best = trialBest(trial, ownCurve, spec)
  const { unit } = trialKind(spec.task)
  const ended = trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'failed'
  const words = reportWords(language).trial
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
    perplexity: unit === 'nats' ? toPerplexity(best?.valLoss ?? null) : null,
    gap: generalizationGap(best, epochs),
    verdict: trialVerdict(trial, language, unit),
    reason: stateReason(trial, epochs.length, planned, words),
    failure: trial.state === 'failed' ? trial.failure.kind : null,
    ...optional({ output: programOutput(trial) }),
    seconds: trainingSeconds(trial, ownCurve),
    device: trial.state === 'waiting' ? null : trial.device,
    attempt: trial.state === 'waiting' ? null : trial.attempt,
    epochsRun: ended ? trial.epochsRun : epochs.length,
    epochsPlanned: planned,
    leader: trial.leader,
    rationale: trial.rationale?.text ?? proposal(spec.sampler.name, trial.basis, words),
    basis: trial.basis,
    ...optional({
      stages: trial.stages?.map(({ until, end, rationale }) => ({
        until,
        epochs: end?.epochs ?? null,
        reason: rationale.text,
      })),
    }),
    method: trial.rationale?.method ?? null,
    expected: trialPrediction(trial),
    ...optional({ objectives: objectiveValues(trial, spec) }),
  }
}

function objectiveValues(
  trial: TrialRecord,
  { objectives }: StudySpec,
): Record<string, number> | undefined {
  if (!objectives || trial.state !== 'complete' || !trial.objectives) return undefined
  const values = trial.objectives
  return Object.fromEntries(objectives.map((name, i) => [name, values[i]!]))
}

function trainingSeconds(trial: TrialRecord, curve: readonly EpochMetrics[]): number {
  switch (trial.state) {
    case 'waiting':
      return 0
    case 'running':
      return curve.reduce((sum, { seconds }) => sum + seconds, 0)
    default:
      return trial.seconds
  }
}

function programOutput(trial: TrialRecord): string | undefined {
  return trial.state === 'failed' && 'output' in trial.failure ? trial.failure.output : undefined
}

function epochPoint({ epoch, loss, valLoss, extra }: EpochMetrics): EpochPoint {
  return { epoch, loss: finite(loss), valLoss: finite(valLoss), ...optional({ extra }) }
}

// JSON has no NaN: a record holds null, or nothing, in its place.
function finite(value: number | null): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function trialBest(
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

function generalizationGap(
  best: { epoch: number; valLoss: number } | null,
  epochs: readonly EpochPoint[],
): number | null {
  const loss =
    best === null ? null : (epochs.find(({ epoch }) => epoch === best.epoch)?.loss ?? null)
  return loss === null ? null : best!.valLoss - loss
}

function trialVerdict(trial: TrialRecord, language: Language, unit: Unit): TrialView['verdict'] {
  if (trial.state === 'complete')
    return { kind: trial.verdict.kind, reason: verdictReason(verdictAtBest(trial), language, unit) }
  if (trial.state === 'failed' && trial.failure.kind === 'diverged')
    return { kind: 'diverged', reason: trial.failure.message }
  return null
}

/**
 * The verdict with the epoch that the trial counts by: earlier versions chose one for the verdict
 * and another for the trial.
 */
function verdictAtBest({ verdict, bestEpoch: epoch }: CompleteTrial): Verdict {
  const { evidence } = verdict
  if (verdict.bestEpoch === epoch || !evidence) return verdict
  const { checkpoint: _, ...finding } = evidence
  return { ...verdict, bestEpoch: epoch, evidence: finding as Evidence }
}

function stateReason(
  trial: TrialRecord,
  epochsSoFar: number,
  planned: number | null,
  words: TrialWords,
): string {
  switch (trial.state) {
    case 'waiting':
      return trial.leader === trial.number ? words.waiting : words.sharesRun(trial.leader)
    case 'running':
      return words.done(words.epochs(epochsSoFar, planned), trial.attempt)
    case 'paused':
      return words.paused(words.epochs(trial.epochsRun, planned))
    case 'complete': {
      const { stop, epochsRun } = trial
      const epochs = words.epochs(epochsRun, planned)
      if (stop.kind === 'budget')
        return planned === null || epochsRun >= planned
          ? words.ranAll(words.epochs(epochsRun, null))
          : words.ended(epochs, words.byItself)
      return stop.kind === 'verdict' ? words.stoppedEarly(epochs) : words.ended(epochs, stop.reason)
    }
    case 'pruned':
      return trial.prune.reason
    case 'failed': {
      const { failure } = trial
      return words.failure[failure.kind](failure)
    }
    default:
      return unreachable(trial)
  }
}

function proposal(
  sampler: string,
  { finished, running }: TrialRecord['basis'],
  words: TrialWords,
): string {
  return words.proposed(
    sampler,
    finished.length === 0 ? null : ranges(finished),
    running.length === 0 ? null : ranges(running),
  )
}
