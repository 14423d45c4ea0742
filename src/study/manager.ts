import { UserError } from '../errors.js'
import type { TrainResult } from '../finetune/job.js'
import type { StudyDocument, StudyState } from '../record/document.js'
import { finish, isFinished, start, type FinishedTrial, type TrialRecord } from '../record/trial.js'
import { checkpointDir, checkpointsOf } from '../storage/paths.js'
import type { StudyStore } from '../storage/store.js'
import { HostDied, isOutOfMemory, JobCancelled, outputOf, type TrialJob } from '../trial/index.js'
import type { DevicePool, Running } from '../trial/pool.js'
import type { Listener } from './events.js'
import { incumbentOf } from './incumbent.js'
import { keepCheckpoints } from './keep.js'
import { endingOf, followerEnding, type CurveFacts, type Ended } from './outcome.js'
import { DEATHS_ALLOWED } from './pool.js'
import { askNext } from './ask.js'
import { planOf, type Plan } from './plan.js'

export interface Session {
  readonly store: StudyStore
  readonly pool: DevicePool
  readonly on: Listener
  /** Aborted by Ctrl-C or `tune study stop`: running epochs end, nothing new starts. */
  readonly signal: AbortSignal
}

/**
 * Runs trials until the study's budget is spent, its space exhausted, or somebody asks it to stop.
 * Trials that an earlier session left running are continued first, from their last checkpoints.
 *
 * @returns why it ended
 */
export async function search(session: Session): Promise<{ readonly state: StudyState; readonly reason: string }> {
  const { store, pool, signal } = session
  const plan = planOf(store.document.spec)
  const active = new Map<number, Promise<void>>()
  const begin = (leader: number) => {
    const work = train(session, leader).finally(() => active.delete(leader))
    // A failure is looked at when it is raced below; until then it must not count as unhandled.
    work.catch(() => undefined)
    active.set(leader, work)
  }
  let exhausted: string | null = null
  try {
    for (const trial of unfinishedLeaders(store.document)) begin(trial.number)
    for (;;) {
      while (!signal.aborted && exhausted === null && active.size < pool.slots && store.document.trials.length < store.document.spec.trials) {
        exhausted = await ask(session, plan, begin)
      }
      if (active.size === 0) break
      await Promise.race(active.values())
    }
  } catch (error) {
    await Promise.allSettled(active.values())
    throw error
  }
  const { document } = store
  if (signal.aborted) return { state: 'stopped', reason: 'stopped on request' }
  if (!document.trials.some(({ state }) => state === 'complete')) return { state: 'failed', reason: allFailed(document) }
  return { state: 'complete', reason: exhausted ?? `all ${document.spec.trials} trials have run` }
}

async function ask({ store }: Session, plan: Plan, begin: (leader: number) => void): Promise<string | null> {
  const { spec, trials } = store.document
  const asked = askNext(spec, plan, trials, spec.trials, store.document.evidence)
  if (asked.kind === 'exhausted') return asked.reason
  await store.update(document => ({ ...document, trials: [...document.trials, ...asked.trials] }))
  begin(asked.trials.at(-1)!.number)
  return null
}

/** One training, through as many attempts as it takes; resolves when its trials are finished, or stopped on request. */
async function train(session: Session, leader: number): Promise<void> {
  const { store, on, signal } = session
  for (let deaths = 0; ; ) {
    if (signal.aborted) return
    try {
      const result = await attempt(session, leader)
      if (result.kind === 'complete' || result.kind === 'diverged') await conclude(session, leader, result)
      return
    } catch (error) {
      if (error instanceof JobCancelled && signal.aborted) return
      if (!(error instanceof HostDied)) {
        if (error instanceof UserError) throw error
        const message = (error as Error).message
        const told = { message, ...outputOf(error) }
        await fail(session, leader, isOutOfMemory(error) ? { kind: 'out-of-memory', device: deviceOf(store, leader), ...told } : { kind: 'crashed', ...told })
        return
      }
      on({ type: 'host-died', device: error.device, message: error.message, trials: [leader] })
      if (++deaths > DEATHS_ALLOWED) {
        const kind = error.outOfMemory ? { kind: 'out-of-memory' as const, device: error.device } : { kind: 'crashed' as const }
        await fail(session, leader, { ...kind, message: `${error.message}, ${deaths} times under this trial` })
        return
      }
    }
  }
}

async function attempt(session: Session, leader: number): Promise<TrainResult> {
  const { store, pool, on, signal } = session
  const { spec, trials } = store.document
  const before = trials[leader]!
  const number = before.state === 'running' ? before.attempt + 1 : 1
  const job: TrialJob = {
    kind: 'train',
    task: spec.task,
    seed: spec.seed,
    trial: leader,
    attempt: number,
    params: before.params,
    stopOverfit: spec.stopOverfit,
    ...(spec.objective ? { objective: spec.objective } : {}),
    ...(spec.trialScore ? { trialScore: spec.trialScore } : {}),
    levels: followersOf(trials, leader).map(({ params }) => Number(params['epochs'])),
    checkpointDir: checkpointDir(store.dir, leader, number),
    resumeFrom: [...checkpointsOf(store.dir, leader)].reverse(),
  }
  // Writes of one trial are carried out in the order in which its events came.
  let writes = Promise.resolve()
  let running: Running<TrainResult> | undefined
  let slot = 0
  const stop = () => running?.stop()
  signal.addEventListener('abort', stop)
  try {
    running = pool.run(job, {
      started: ({ device, slot: taken }) => {
        slot = taken
        writes = writes.then(async () => {
          const trial = start(unfinished(store, leader), { attempt: number, startedAt: startedAt(before), device })
          await replace(store, [trial])
          on({ type: 'trial-started', trial, slot })
        })
      },
      progress: at => on({ type: 'progress', trial: leader, slot, ...at }),
      note: message => on({ type: 'note', message: `trial ${leader}: ${message}` }),
      epoch: (metrics, verdict) => {
        writes = writes.then(async () => {
          await store.appendEpoch(leader, number, metrics)
          on({ type: 'epoch', trial: leader, metrics, verdict })
          await finishFollowers(session, leader)
        })
      },
    })
    if (signal.aborted) stop()
    const result = await running.result
    await writes
    // The process may have died between a checkpoint and its line in the log: the checkpoint's history has them all.
    const known = new Set(store.epochs(leader).map(({ epoch }) => epoch))
    for (const metrics of result.history) if (!known.has(metrics.epoch)) await store.appendEpoch(leader, number, metrics)
    return result
  } finally {
    signal.removeEventListener('abort', stop)
    await writes
  }
}

async function conclude(session: Session, leader: number, result: Ended): Promise<void> {
  const { store } = session
  const trial = unfinished(store, leader)
  if (trial.state !== 'running') throw new Error(`trial ${leader} ended before it began`)
  const finished = finish(trial, endingOf(result, facts(store.document), new Date().toISOString()))
  await close(session, finished)
}

async function fail(session: Session, leader: number, failure: Extract<FinishedTrial, { state: 'failed' }>['failure']): Promise<void> {
  const { store } = session
  const trial = unfinished(store, leader)
  const now = new Date().toISOString()
  const running = trial.state === 'running' ? trial : start(trial, { attempt: 1, startedAt: now, device: 'none' })
  const epochs = store.epochs(leader)
  await close(session, finish(running, { state: 'failed', failure, endedAt: now, seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0), epochsRun: epochs.length }))
}

/** Writes the leader's end, then that of the trials that shared its training, and drops the checkpoints that nobody needs now. */
async function close(session: Session, finished: FinishedTrial): Promise<void> {
  const { store, on } = session
  await replace(store, [finished])
  on({ type: 'trial-finished', trial: finished, incumbent: incumbentOf(store.document.trials, store.document.spec.direction)?.number === finished.number })
  await finishFollowers(session, finished.number)
  await keepCheckpoints(store.dir, store.document.trials, store.document.spec.direction)
}

async function finishFollowers({ store, on }: Session, leader: number): Promise<void> {
  const head = store.document.trials[leader]!
  if (head.state === 'waiting') return
  const now = new Date().toISOString()
  const ended = followersOf(store.document.trials, leader).flatMap(trial => {
    const finished = trial.state === 'waiting' ? followerEnding(trial, head, store.epochs(leader), facts(store.document), now) : null
    return finished ? [finished] : []
  })
  if (ended.length === 0) return
  await replace(store, ended)
  for (const trial of ended) on({ type: 'trial-finished', trial, incumbent: incumbentOf(store.document.trials, store.document.spec.direction)?.number === trial.number })
}

function facts({ spec, preparation }: StudyDocument): CurveFacts {
  return { spec, validationTokens: preparation?.data.validationTokens ?? null, startValLoss: preparation?.valLoss ?? null }
}

function followersOf(trials: readonly TrialRecord[], leader: number): readonly TrialRecord[] {
  return trials.filter(trial => trial.training === leader && trial.number !== leader)
}

function unfinishedLeaders({ trials }: StudyDocument): readonly TrialRecord[] {
  return trials.filter(trial => trial.training === trial.number && !isFinished(trial))
}

function unfinished(store: StudyStore, number: number) {
  const trial = store.document.trials[number]!
  if (isFinished(trial)) throw new Error(`trial ${number} is finished and never changes`)
  return trial
}

function deviceOf(store: StudyStore, number: number): string {
  const trial = store.document.trials[number]!
  return trial.state === 'waiting' ? 'none' : trial.device
}

function startedAt(trial: TrialRecord): string {
  return trial.state === 'waiting' ? new Date().toISOString() : trial.startedAt
}

async function replace(store: StudyStore, changed: readonly TrialRecord[]): Promise<void> {
  const byNumber = new Map(changed.map(trial => [trial.number, trial]))
  await store.update(document => ({ ...document, trials: document.trials.map(trial => byNumber.get(trial.number) ?? trial) }))
}

function allFailed({ trials }: StudyDocument): string {
  const last = trials.findLast(trial => trial.state === 'failed')
  return `no trial completed${last ? `; the last one: ${last.failure.message}` : ''}`
}
