import type { TrainResult } from '../../record/job.js'
import { judge } from '../../overfit/index.js'
import type { EpochMetrics } from '../../record/metric.js'
import { bestEpoch, type BestEpoch } from '../../ranking/index.js'
import { objectiveValue } from '../../record/objective.js'
import type { Measure } from '../../settings/index.js'
import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import type { Verdict } from '../../record/verdict.js'
import { optional } from '../../util/optional.js'
import type { Params } from '../../space/parameter.js'
import {
  isFinished,
  type FinishedTrial,
  type PausedTrial,
  type RunningTrial,
  type ScoredEpoch,
  type WaitingTrial,
} from '../../record/trial.js'
import { finish, start, type Ending } from '../../record/transitions.js'

export interface CurveFacts {
  readonly spec: StudySpec
  /** Tokens that a validation loss is a mean over. */
  readonly validationTokens: number | null
  /** Validation loss of the model before training. */
  readonly startValLoss: number | null
}

/** How a training ended that will not go on. */
export type Ended = Extract<TrainResult, { kind: 'complete' | 'diverged' }>

/** What the finished training says of the trial that led it. */
export function trialEnding(result: Ended, facts: CurveFacts, endedAt: string): Ending {
  const { history } = result
  const common = { endedAt, seconds: totalSeconds(history), epochsRun: history.length }
  const chosen = bestEpoch(history, facts.spec)
  const best = chosen?.metrics
  // A training that blew up after it had learnt something still has a best epoch worth ranking, but
  // no last one.
  const worthless =
    !chosen ||
    !best ||
    (result.kind === 'diverged' &&
      (facts.spec.scoreEpoch === 'last' ||
        (facts.startValLoss !== null && chosen.lowest.metrics.valLoss >= facts.startValLoss)))
  if (worthless) {
    const failure =
      result.kind === 'diverged'
        ? { kind: 'diverged' as const, epoch: result.epoch, message: result.message }
        : { kind: 'invalid' as const, message: 'the training ended without a validation loss' }
    return { ...common, state: 'failed', failure }
  }
  return {
    ...common,
    state: 'complete',
    ...scoredEpoch(chosen),
    ...(facts.spec.objectives
      ? { objectives: measured(facts.spec.objectives, best, common.seconds) }
      : {}),
    stop: { kind: result.kind === 'diverged' || result.stop === 'verdict' ? 'verdict' : 'budget' },
    verdict:
      result.kind === 'diverged'
        ? {
            kind: 'diverged',
            reason: `${result.message}; its best epoch was ${best.epoch}`,
            bestEpoch: best.epoch,
            confidence: 1,
          }
        : withoutStop(result.verdict),
  }
}

/**
 * Finishes a trial that reads its epochs off another's training: its run is the first `epochs` of
 * that curve.
 *
 * @returns null while the training has neither come that far nor ended
 */
export function followerEnding(
  trial: WaitingTrial,
  leader: RunningTrial | PausedTrial | FinishedTrial,
  curve: readonly EpochMetrics[],
  facts: CurveFacts,
  now: string,
): FinishedTrial | null {
  const budget = Number(trial.params['epochs'])
  const over = isFinished(leader)
  if (curve.length < budget && !over) return null
  const prefix = curve.slice(0, budget)
  const end = { endedAt: now, seconds: totalSeconds(prefix), epochsRun: prefix.length }
  const began = start(trial, {
    attempt: leader.attempt,
    startedAt: leader.startedAt,
    device: leader.device,
  })
  if (leader.state === 'pruned' && prefix.length < budget)
    return finish(began, { state: 'pruned', prune: leader.prune, ...end })
  const result: Ended =
    leader.state === 'failed' && prefix.length < budget
      ? {
          kind: 'diverged',
          history: prefix,
          epoch: prefix.length + 1,
          message: leader.failure.message,
        }
      : {
          kind: 'complete',
          history: prefix,
          verdict: judgeCurve(prefix, facts, budget),
          stop: prefix.length < budget ? 'verdict' : 'budget',
        }
  return finish(began, trialEnding(result, facts, now))
}

/**
 * How far a training has come that may go on; undefined where no epoch has a value of the
 * objective.
 */
export function pauseFacts(
  history: readonly EpochMetrics[],
  spec: StudySpec,
): (Pick<PausedTrial, 'seconds' | 'epochsRun'> & ScoredEpoch) | undefined {
  const best = bestEpoch(history, spec)
  return best && { seconds: totalSeconds(history), epochsRun: history.length, ...scoredEpoch(best) }
}

/** What a trial records of its best epoch. */
function scoredEpoch({
  metrics,
  measured,
  smoothed,
  lowest,
}: BestEpoch<EpochMetrics>): ScoredEpoch {
  return {
    objective: measured,
    bestEpoch: metrics.epoch,
    ...optional({
      smoothed:
        smoothed === undefined ? undefined : { objective: smoothed, bestMeasured: lowest.measured },
    }),
  }
}

/** How a training ends that was paused and will not go on. */
export function pausedEnding(
  params: Params,
  history: readonly EpochMetrics[],
  facts: CurveFacts,
  now: string,
): Ending {
  return trialEnding(
    {
      kind: 'complete',
      history,
      verdict: judgeCurve(history, facts, Number(params['epochs'])),
      stop: 'budget',
    },
    facts,
    now,
  )
}

function judgeCurve(
  epochs: readonly EpochMetrics[],
  { spec, validationTokens, startValLoss }: CurveFacts,
  budget: number,
) {
  return judge({
    epochs,
    budget,
    schedule: trialKind(spec.task).schedule(spec.task, {}),
    validationTokens,
    startValLoss,
    unit: trialKind(spec.task).unit,
    scoring: spec,
  })
}

/** Both objectives of the model that would be exported, and what its training took. */
function measured(
  [first, second]: readonly [Measure, Measure],
  best: EpochMetrics,
  seconds: number,
): readonly [number, number] {
  const value = (measure: Measure): number =>
    measure === 'seconds' ? seconds : objectiveValue(best, measure)
  return [value(first), value(second)]
}

/**
 * What is recorded of a judgement: all but whether it was acted on, which `stop` of the trial says.
 */
function withoutStop({ kind, reason, bestEpoch, confidence, evidence }: Verdict): Verdict {
  return { kind, reason, bestEpoch, confidence, ...(evidence ? { evidence } : {}) }
}

export function totalSeconds(history: readonly EpochMetrics[]): number {
  return history.reduce((sum, { seconds }) => sum + seconds, 0)
}
