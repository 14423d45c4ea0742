import type { TrainResult } from '../../record/job.js'
import { openStage } from '../../record/stages.js'
import { type Failure, type Prune, type TrialRecord } from '../../record/trial.js'
import { start } from '../../record/transitions.js'
import { DiskFull } from '../../storage/index.js'
import { attemptCheckpoints, checkpointDir } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import {
  DeviceLost,
  errorOutput,
  HostDied,
  isOutOfMemory,
  JobCancelled,
  saysDiskFull,
  type TrainJob,
} from '../../trial/index.js'
import type { Running } from '../../trial/pool.js'
import type { Exclusive } from '../../util/exclusive.js'
import { optional } from '../../util/optional.js'
import { prunerDecision } from '../trials/pruning.js'
import { runMembers, replaceTrials, unfinished } from '../trials/replace.js'
import { fail, finishMembers, settle } from '../trials/settle.js'
import { DEATHS_ALLOWED } from './pool.js'
import type { Search } from './session.js'

/**
 * One training, or one stage of it, through as many attempts as it takes.
 *
 * `beside`: it runs beside others. `alone`: processes died under it while others ran, so nothing
 * runs beside it now, and it is seen whether it is the one that ends them. `ended`: its trials are
 * paused or finished, or the study was stopped.
 */
export class Training {
  readonly #search: Search
  readonly #leader: number
  readonly #exclusive: Exclusive
  /** An earlier session, or an earlier attempt, had begun it. */
  #again: boolean
  #deathsBeside = 0
  #deathsAlone = 0
  #state: 'beside' | 'alone' | 'ended' = 'beside'

  /**
   * @param again an earlier session had begun it, so that this is a further attempt
   * @param exclusive shared by the trainings of the study
   */
  constructor(search: Search, leader: number, again: boolean, exclusive: Exclusive) {
    this.#search = search
    this.#leader = leader
    this.#again = again
    this.#exclusive = exclusive
  }

  get state(): 'beside' | 'alone' | 'ended' {
    return this.#state
  }

  /**
   * Resolves when the training has ended. What the trial does wrong is its own failure, never the
   * study's.
   *
   * @throws DiskFull if there is no space for what it saves; the trial stays as it is
   * @throws DeviceLost if no device can be used any more
   * @throws UserError if the record cannot be written
   */
  async run(): Promise<void> {
    while (this.#state !== 'ended') {
      if (this.#search.signal.aborted) this.#state = 'ended'
      else if (this.#state === 'alone') await this.#exclusive.alone(() => this.#attempt())
      else await this.#exclusive.beside(() => this.#attempt())
      this.#again = true
    }
  }

  async #attempt(): Promise<void> {
    const { search, leader } = { search: this.#search, leader: this.#leader }
    const attempted = await attempt(search, leader, this.#again)
    if ('error' in attempted) return this.#broken(attempted.error)
    this.#state = 'ended'
    const { result, prune } = attempted
    if (result.kind !== 'stopped')
      await search.mutex.run(() => settle(search, leader, result, prune))
  }

  async #broken(error: unknown): Promise<void> {
    const { signal, store } = this.#search
    if (error instanceof JobCancelled && signal.aborted) {
      this.#state = 'ended'
      return
    }
    if (error instanceof DeviceLost) throw error
    if (error instanceof HostDied) return this.#died(error)
    const message = error instanceof Error ? error.message : String(error)
    const report = { message, ...errorOutput(error) }
    if (saysDiskFull(error)) throw new DiskFull(store.dir, `trial ${this.#leader}: ${message}`)
    return this.#fail(
      isOutOfMemory(error)
        ? { kind: 'out-of-memory', device: trialDevice(store, this.#leader), ...report }
        : { kind: 'crashed', ...report },
    )
  }

  /** A process dies for all trials that it runs: each is tried alone before it fails. */
  async #died(error: HostDied): Promise<void> {
    const { device, message, outOfMemory } = error
    this.#search.on({ type: 'host-died', device, message, trials: [this.#leader] })
    const isAlone = this.#state === 'alone' || this.#search.pool.slots === 1
    const deaths = isAlone ? ++this.#deathsAlone : ++this.#deathsBeside
    if (deaths <= DEATHS_ALLOWED) return
    if (!isAlone) {
      this.#state = 'alone'
      return
    }
    const kind = outOfMemory
      ? { kind: 'out-of-memory' as const, device }
      : { kind: 'crashed' as const }
    return this.#fail({ ...kind, message: `${message}, ${deaths} times under this trial` })
  }

  #fail(failure: Failure): Promise<void> {
    this.#state = 'ended'
    return this.#search.mutex.run(() => fail(this.#search, this.#leader, failure))
  }
}

type Attempted =
  | {
      readonly result: TrainResult
      /** Why the pruner pruned the trial, if it did. */
      readonly prune: Prune | null
    }
  /** What ended the job. */
  | { readonly error: unknown }

/** @throws what goes wrong here, in the manager: a record that cannot be written */
async function attempt(search: Search, leader: number, again: boolean): Promise<Attempted> {
  const { store, pool, on, signal } = search
  const { spec, trials } = store.document
  const before = trials[leader]!
  const number = attemptNumber(before, again)
  const judge = prunerDecision(search, leader)
  const until = openStage(before)?.until
  const pausing = until !== undefined && until < Number(before.params['epochs'])
  const job: TrainJob = {
    kind: 'train',
    task: spec.task,
    seed: spec.seed,
    trial: leader,
    attempt: number,
    params: before.params,
    earlyStopping: spec.earlyStopping,
    ...optional({
      objective: spec.objective,
      objectives: spec.objectives,
      scoreEpoch: spec.scoreEpoch,
      pauseAfter: pausing ? until : undefined,
      awaitsDecision: judge ? (true as const) : undefined,
    }),
    epochCounts: runMembers(trials, leader).map(({ params }) => Number(params['epochs'])),
    checkpointDir: checkpointDir(store.dir, leader, number),
    resumeFrom: [...attemptCheckpoints(store.dir, leader)].reverse(),
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
          const startedAt = firstStart(before)
          const trial = start(unfinished(store, leader), { attempt: number, startedAt, device })
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
    const ended = await running.result.then(
      result => ({ result }),
      (error: unknown) => ({ error }),
    )
    await writes
    if ('error' in ended) return ended
    // The process may have died between a checkpoint and its line in the log: the checkpoint's
    // history has them all.
    const recorded = new Set(store.epochs(leader).map(({ epoch }) => epoch))
    for (const metrics of ended.result.history)
      if (!recorded.has(metrics.epoch)) await store.appendEpoch(leader, number, metrics)
    return { ...ended, prune }
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

function firstStart(trial: TrialRecord): string {
  return trial.state === 'waiting' ? new Date().toISOString() : trial.startedAt
}
