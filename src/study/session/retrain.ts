import { rm } from 'node:fs/promises'
import type { TrainResult } from '../../record/job.js'
import type { RetrainingRecord } from '../../record/finalist.js'
import { bestEpoch } from '../../ranking/index.js'
import type { CompleteTrial } from '../../record/trial.js'
import { optional } from '../../util/optional.js'
import { retrainedTrials } from '../../report/index.js'
import { retrainingDir } from '../../storage/paths.js'
import { HostDied, isOutOfMemory, JobCancelled, type TrainJob } from '../../trial/index.js'
import type { Session } from './session.js'
import { DEATHS_ALLOWED } from './pool.js'

/**
 * Trains the first configurations again under other seeds, as often as the study asks. They are no
 * trials of the search: nothing is proposed because of them, and none of them is exported; they say
 * how much of a configuration's loss was its seed. One that is broken off goes on from its last
 * checkpoint; one that has ended stays as it is.
 */
export async function retrainFinalists(session: Omit<Session, 'decide'>): Promise<void> {
  const { store, on, signal } = session
  const { retrain = 0 } = store.document.spec
  const ended = new Set(
    (store.document.retrainings ?? []).map(({ trial, seed }) => `${trial} ${seed}`),
  )
  const due = retrainedTrials(store.document)
    .flatMap(trial => Array.from({ length: retrain }, (_, i) => ({ trial, seed: i + 1 })))
    .filter(({ trial, seed }) => !ended.has(`${trial.number} ${seed}`))
  if (due.length === 0 || signal.aborted) return
  on({ type: 'phase', phase: 'retrain', document: store.document })
  const outcomes = await Promise.allSettled(
    due.map(({ trial, seed }) => retrainOnce(session, trial, seed)),
  )
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

async function retrainOnce(
  session: Omit<Session, 'decide'>,
  trial: CompleteTrial,
  seed: number,
): Promise<void> {
  const { store } = session
  const dir = retrainingDir(store.dir, trial.number, seed)
  const result = await train(session, retrainingJob(session, trial, seed, dir))
  if (result === 'stopped') return
  const record = { trial: trial.number, seed, ...retrainingOutcome(result, session) }
  await store.update(document => ({
    ...document,
    retrainings: [...(document.retrainings ?? []), record],
  }))
  await rm(dir, { recursive: true, force: true })
}

/**
 * The trial's own job, but for the number that keys its randomness: no trial of a search has one so
 * large.
 */
function retrainingJob(
  { store }: Omit<Session, 'decide'>,
  { number, params, stop, epochsRun }: CompleteTrial,
  seed: number,
  dir: string,
): TrainJob {
  const {
    task,
    seed: split,
    earlyStopping,
    objective,
    objectives,
    scoreEpoch,
  } = store.document.spec
  return {
    kind: 'train',
    task,
    seed: split,
    trial: seed * 2 ** 21 + number,
    attempt: 1,
    params,
    earlyStopping,
    epochCounts: [],
    checkpointDir: dir,
    resumeFrom: [dir],
    ...optional({ objectives }),
    ...(objective ? { objective } : {}),
    ...(scoreEpoch ? { scoreEpoch } : {}),
    ...(stop.kind === 'not-resumed' ? { pauseAfter: epochsRun } : {}),
  }
}

async function train(
  { pool, on, signal }: Omit<Session, 'decide'>,
  job: TrainJob,
): Promise<TrainResult | 'failed' | 'stopped'> {
  for (let deaths = 0; ;) {
    if (signal.aborted) return 'stopped'
    const running = pool.run(job)
    const stop = () => running.stop()
    signal.addEventListener('abort', stop)
    try {
      const result = await running.result
      return result.kind === 'stopped' ? 'stopped' : result
    } catch (error) {
      if (error instanceof JobCancelled && signal.aborted) return 'stopped'
      if (error instanceof HostDied) {
        on({ type: 'host-died', device: error.device, message: error.message, trials: [] })
        if (++deaths <= DEATHS_ALLOWED) continue
        return 'failed'
      }
      if (isOutOfMemory(error)) return 'failed'
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

function retrainingOutcome(
  result: TrainResult | 'failed',
  { store }: Pick<Session, 'store'>,
): Pick<RetrainingRecord, 'objective' | 'epoch' | 'epochsRun' | 'seconds'> {
  const { spec } = store.document
  const history = result === 'failed' ? [] : result.history
  const counts =
    result === 'failed' || (result.kind === 'diverged' && spec.scoreEpoch === 'last')
      ? undefined
      : bestEpoch(history, spec)
  return {
    objective: counts ? (counts.smoothed ?? counts.measured) : null,
    epoch: counts?.metrics.epoch ?? null,
    epochsRun: history.length,
    seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
  }
}
