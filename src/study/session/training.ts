import type { TrainResult } from '../../record/job.js'
import { openStage } from '../../record/stages.js'
import { type Failure, type Prune, type TrialRecord } from '../../record/trial.js'
import { start } from '../../record/transitions.js'
import { checkpointDir, attemptCheckpoints } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import {
  DeviceLost,
  HostDied,
  isOutOfMemory,
  JobCancelled,
  errorOutput,
  type TrainJob,
} from '../../trial/index.js'
import type { Running } from '../../trial/pool.js'
import { prunerDecision } from '../trials/pruning.js'
import type { Search } from './session.js'
import { DEATHS_ALLOWED } from './pool.js'
import { fail, finishMembers, settle } from '../trials/settle.js'
import { runMembers, replaceTrials, unfinished } from '../trials/replace.js'

/**
 * One training, or one stage of it, through as many attempts as it takes; resolves when its trials
 * are paused or finished, or stopped on request.
 *
 * @param again an earlier session had begun it, so that this is a further attempt
 */
export async function train(search: Search, leader: number, again: boolean): Promise<void> {
  const { store, on, signal } = search
  for (let deaths = 0; ; again = true) {
    if (signal.aborted) return
    try {
      const { result, prune } = await attempt(search, leader, again)
      if (result.kind !== 'stopped')
        await search.mutex.run(() => settle(search, leader, result, prune))
      return
    } catch (error) {
      if (error instanceof JobCancelled && signal.aborted) return
      if (error instanceof TrialFault) return give(trialFailure(error.cause, store, leader))
      if (!(error instanceof HostDied)) throw error
      on({ type: 'host-died', device: error.device, message: error.message, trials: [leader] })
      if (++deaths > DEATHS_ALLOWED) {
        const kind = error.outOfMemory
          ? { kind: 'out-of-memory' as const, device: error.device }
          : { kind: 'crashed' as const }
        return give({ ...kind, message: `${error.message}, ${deaths} times under this trial` })
      }
    }
  }

  function give(failure: Failure): Promise<void> {
    return search.mutex.run(() => fail(search, leader, failure))
  }
}

/** The training itself failed: not the study, its store or its devices. */
class TrialFault extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message)
  }
}

/** The work of a session cannot go on for now; nothing is lost. */
export class SessionHalted extends Error {}

/**
 * @throws TrialFault for what a trial did, and SessionHalted if its disk is full or its device is
 *   lost
 */
function rethrow(error: unknown, leader: number): never {
  if (error instanceof HostDied || error instanceof JobCancelled) throw error
  if (error instanceof DeviceLost) throw new SessionHalted(error.message)
  const cause = error instanceof Error ? error : new Error(String(error))
  if (saysDiskFull(cause))
    throw new SessionHalted(
      `trial ${leader} found the disk full: ${cause.message}. Free some space and run the same ` +
        'command again; what was finished is safe',
    )
  throw new TrialFault(cause)
}

export function saysDiskFull(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  const { output = '' } = errorOutput(error)
  return (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /No space left on device|ENOSPC|Disk quota exceeded|disk is full/i.test(
      `${error.message}\n${output}`,
    )
  )
}

function trialFailure(error: Error, store: StudyStore, leader: number): Failure {
  const report = { message: error.message, ...errorOutput(error) }
  if (isOutOfMemory(error))
    return { kind: 'out-of-memory', device: trialDevice(store, leader), ...report }
  return { kind: 'crashed', ...report }
}

interface Attempted {
  readonly result: TrainResult
  /** Why the pruner gave the trial up, where it did. */
  readonly prune: Prune | null
}

async function attempt(search: Search, leader: number, again: boolean): Promise<Attempted> {
  const { store, pool, on, signal } = search
  const { spec, trials } = store.document
  const before = trials[leader]!
  const number = attemptNumber(before, again)
  const judge = prunerDecision(search, leader)
  const until = openStage(before)?.until
  const job: TrainJob = {
    kind: 'train',
    task: spec.task,
    seed: spec.seed,
    trial: leader,
    attempt: number,
    params: before.params,
    earlyStopping: spec.earlyStopping,
    ...(spec.objective ? { objective: spec.objective } : {}),
    ...(spec.objectives ? { objectives: spec.objectives } : {}),
    ...(spec.scoreEpoch ? { scoreEpoch: spec.scoreEpoch } : {}),
    epochCounts: runMembers(trials, leader).map(({ params }) => Number(params['epochs'])),
    checkpointDir: checkpointDir(store.dir, leader, number),
    resumeFrom: [...attemptCheckpoints(store.dir, leader)].reverse(),
    ...(until !== undefined && until < Number(before.params['epochs'])
      ? { pauseAfter: until }
      : {}),
    ...(judge ? { awaitsDecision: true } : {}),
  }
  // Writes of one trial are carried out in the order in which its events came.
  let writes = Promise.resolve()
  let running: Running<TrainResult> | undefined
  let prune: Prune | null = null
  let slot = 0
  const stop = () => running?.stop()
  signal.addEventListener('abort', stop)
  try {
    running = pool.run(job, {
      started: ({ device, slot: taken }) => {
        slot = taken
        writes = writes.then(async () => {
          const trial = start(unfinished(store, leader), {
            attempt: number,
            startedAt: startedAt(before),
            device,
          })
          await replaceTrials(store, [trial])
          on({ type: 'trial-started', trial, slot })
        })
      },
      progress: at => on({ type: 'progress', trial: leader, slot, ...at }),
      note: message => on({ type: 'note', message: `trial ${leader}: ${message}` }),
      mayContinue: history => {
        prune = judge?.(history) ?? null
        return prune === null
      },
      epoch: (metrics, verdict) => {
        writes = writes.then(async () => {
          await store.appendEpoch(leader, number, metrics)
          on({ type: 'epoch', trial: leader, metrics, verdict })
          await finishMembers(search, leader)
        })
      },
    })
    if (signal.aborted) stop()
    const result = await running.result.catch((error: unknown) => rethrow(error, leader))
    await writes
    // The process may have died between a checkpoint and its line in the log: the checkpoint's
    // history has them all.
    const recorded = new Set(store.epochs(leader).map(({ epoch }) => epoch))
    for (const metrics of result.history)
      if (!recorded.has(metrics.epoch)) await store.appendEpoch(leader, number, metrics)
    return { result, prune }
  } finally {
    signal.removeEventListener('abort', stop)
    await writes
  }
}

function attemptNumber(trial: TrialRecord, again: boolean): number {
  if (trial.state === 'waiting') return 1
  return trial.state === 'running' && again ? trial.attempt + 1 : trial.attempt
}

function trialDevice(store: StudyStore, number: number): string {
  const trial = store.document.trials[number]!
  return trial.state === 'waiting' ? 'none' : trial.device
}

function startedAt(trial: TrialRecord): string {
  return trial.state === 'waiting' ? new Date().toISOString() : trial.startedAt
}
