import { isBestSoFar } from '../../ranking/index.js'
import type { TrainResult } from '../../record/job.js'
import type { StudyDocument } from '../../record/document.js'
import { endStage, stagesGiven } from '../../record/stages.js'
import {
  type Failure,
  type FinishedTrial,
  type PausedTrial,
  type Prune,
  type RunningTrial,
} from '../../record/trial.js'
import { finish, pause, start, type Ending } from '../../record/transitions.js'
import type { PromotingPruner } from '../../search/contract/pruner.js'
import { prunerIn } from '../decision/strategies.js'
import { pruneRequest, trainingCurves } from '../decision/decide.js'
import { keepCheckpoints } from './keep.js'
import { decisionInput, type TrialContext } from './context.js'
import {
  trialEnding,
  followerEnding,
  pausedEnding,
  pauseFacts,
  totalSeconds,
  type CurveFacts,
} from './outcome.js'
import { trialPlan } from '../decision/plan.js'
import { runMembers, replaceTrials, unfinished } from './replace.js'

/**
 * Records how a training, or a stage of it, came out. @param prune why the pruner gave the trial
 * up, where it did
 */
export async function settle(
  search: TrialContext,
  leader: number,
  result: Exclude<TrainResult, { kind: 'stopped' }>,
  prune: Prune | null,
): Promise<void> {
  const { store, on } = search
  const { document } = store
  const running = unfinished(store, leader)
  if (running.state !== 'running') throw new Error(`trial ${leader} ended before it began`)
  const { history } = result
  const trial = atEndOfStage(running, history.length, document)
  const now = new Date().toISOString()
  if (result.kind !== 'paused')
    return close(search, finish(trial, trialEnding(result, facts(document), now)))
  if (prune)
    return close(
      search,
      finish(trial, {
        state: 'pruned',
        prune,
        endedAt: now,
        seconds: totalSeconds(history),
        epochsRun: history.length,
      }),
    )
  const so = pauseFacts(history, document.spec)
  if (!so)
    return close(search, finish(trial, pausedEnding(trial.params, history, facts(document), now)))
  const paused = pause(trial, so)
  await replaceTrials(store, [paused])
  on({
    type: 'trial-paused',
    trial: paused,
    isBestSoFar: isBestSoFar(leader, store.document),
  })
  await finishMembers(search, leader)
}

export async function fail(search: TrialContext, leader: number, failure: Failure): Promise<void> {
  const { store } = search
  const trial = unfinished(store, leader)
  const now = new Date().toISOString()
  const running =
    trial.state === 'running' ? trial : start(trial, { attempt: 1, startedAt: now, device: 'none' })
  const epochs = store.epochs(leader)
  await close(
    search,
    finish(atEndOfStage(running, epochs.length, store.document), {
      state: 'failed',
      failure,
      endedAt: now,
      seconds: totalSeconds(epochs),
      epochsRun: epochs.length,
    }),
  )
}

/**
 * Ends the trials that are still paused when nothing is left to be done: by their best epochs, or
 * as pruned where a pruner held them back.
 */
export async function endPaused(search: TrialContext, reason: string): Promise<void> {
  const { store } = search
  const paused = store.document.trials.filter(trial => trial.state === 'paused')
  const ends = paused.map(trial => ({ trial, ending: leftEnding(search, trial, reason) }))
  for (const { trial, ending } of ends)
    await close(search, finish(atEndOfStage(trial, trial.epochsRun, store.document), ending))
}

function leftEnding(
  { store, strategies }: TrialContext,
  trial: PausedTrial,
  reason: string,
): Ending {
  const { spec } = store.document
  const { pacing } = trialPlan(spec)
  const history = store.epochs(trial.number).slice(0, trial.epochsRun)
  const now = new Date().toISOString()
  if (pacing.kind === 'rungs') {
    const input = decisionInput(store)
    const curves = trainingCurves(input)
    const prune = (prunerIn(pacing.pruner, strategies) as PromotingPruner).prune(
      curves.find(curve => curve.trial === trial.number)!,
      curves,
      pruneRequest(input, pacing.maxEpochs, true),
    )
    return {
      state: 'pruned',
      prune,
      endedAt: now,
      seconds: trial.seconds,
      epochsRun: trial.epochsRun,
    }
  }
  const ending = pausedEnding(trial.params, history, facts(store.document), now)
  return ending.state === 'complete' ? { ...ending, stop: { kind: 'not-resumed', reason } } : ending
}

/**
 * Writes the leader's end, then that of the trials that shared its training, and drops the
 * checkpoints that nobody needs now.
 */
async function close(search: TrialContext, finished: FinishedTrial): Promise<void> {
  const { store, on } = search
  await replaceTrials(store, [finished])
  on({
    type: 'trial-finished',
    trial: finished,
    isBestSoFar: isBestSoFar(finished.number, store.document),
  })
  await finishMembers(search, finished.number)
  await keepCheckpoints(store)
}

/** Ends the trials that read their epochs off a training, as far as it has come. */
export async function finishMembers({ store, on }: TrialContext, leader: number): Promise<void> {
  const head = store.document.trials[leader]!
  if (head.state === 'waiting') return
  const now = new Date().toISOString()
  const ended = runMembers(store.document.trials, leader).flatMap(trial => {
    const finished =
      trial.state === 'waiting'
        ? followerEnding(trial, head, store.epochs(leader), facts(store.document), now)
        : null
    return finished ? [finished] : []
  })
  if (ended.length === 0) return
  await replaceTrials(store, ended)
  for (const trial of ended)
    on({
      type: 'trial-finished',
      trial,
      isBestSoFar: isBestSoFar(trial.number, store.document),
    })
}

function atEndOfStage<T extends RunningTrial | PausedTrial>(
  trial: T,
  epochs: number,
  { trials }: StudyDocument,
): T {
  return trial.stages
    ? { ...trial, stages: endStage(trial.stages, epochs, stagesGiven(trials)) }
    : trial
}

function facts({ spec, preparation }: StudyDocument): CurveFacts {
  return {
    spec,
    validationTokens: preparation?.data.validationTokens ?? null,
    startValLoss: preparation?.valLoss ?? null,
  }
}
