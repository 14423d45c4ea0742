import { once } from 'node:events'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { pathToFileURL } from 'node:url'
import envPaths from 'env-paths'
import type { JobPort } from '../record/job-port.js'
import type { FittingMemory } from '../training/fitting.js'
import { judgeBy } from '../overfit/index.js'
import { trialKind } from '../kinds/index.js'
import type { Job } from '../record/job.js'
import { isOutOfMemory } from '../util/out-of-memory.js'
import type { FromJob } from './protocol.js'
import { serializeError } from './serialized-error.js'
import { throttle } from '../util/throttle.js'

/** Milliseconds between two reports of progress by one slot. */
const PROGRESS_EVERY = 200

/** One job for a thread. */
export interface Task {
  readonly job: number
  readonly work: Job
  /** CPU threads that the job may use. */
  readonly threads: number
  /** File that exports `runJob`. */
  readonly jobModule: string
  /** One 32-bit word, shared with the host: not 0 when the job should end. */
  readonly flag: SharedArrayBuffer
  /**
   * The job's messages go here, its result too, so that they arrive in order. Decisions come back
   * on it.
   */
  readonly port: MessagePort
}

/** What a job module exports. */
interface JobModule {
  runJob(
    work: Job,
    port: JobPort,
    options: { readonly threads: number; readonly fitting: FittingMemory },
  ): Promise<unknown>
}

/** Runs in a worker thread of a device host, one job at a time. */
export default async function runTask({
  job,
  work,
  threads,
  jobModule,
  flag,
  port,
}: Task): Promise<void> {
  const send = (message: FromJob) => port.postMessage(message)
  const stop = new Int32Array(flag)
  let stoppable = false
  try {
    const module = (await import(pathToFileURL(jobModule).href)) as JobModule
    const result = await module.runJob(
      work,
      {
        judge: (history, baseline) => judgeEpoch(work, history, baseline),
        epoch: (metrics, verdict) => send({ type: 'epoch', job, metrics, verdict }),
        progress: throttle(PROGRESS_EVERY, at => send({ type: 'progress', job, at })),
        async mayContinue(history) {
          send({ type: 'may-continue', job, history })
          const [continues] = (await once(port, 'message')) as [boolean]
          return continues
        },
        note: message => send({ type: 'note', job, message }),
        stopRequested() {
          if (!stoppable) send({ type: 'stoppable', job })
          stoppable = true
          return Atomics.load(stop, 0) !== 0
        },
      },
      { threads, fitting: { file: fittingFile(), outOfMemory: isOutOfMemory } },
    )
    send({ type: 'done', job, result })
  } catch (error) {
    send({ type: 'failed', job, error: serializeError(error) })
  } finally {
    port.close()
  }
}

/** In the user's cache: it is about this machine, and true of every study. */
function fittingFile(): string {
  return join(envPaths('tune', { suffix: '' }).cache, 'micro-batches.json')
}

function judgeEpoch(
  work: Job,
  ...[epochs, baseline]: Parameters<JobPort['judge']>
): ReturnType<JobPort['judge']> {
  if (work.kind !== 'train') throw new Error(`a ${work.kind} job has no curve to judge`)
  const kind = trialKind(work.task)
  return judgeBy(work.earlyStopping, {
    epochs,
    budget: Number(work.params['epochs']),
    schedule: kind.schedule(work.task, work.params),
    validationTokens: baseline?.validationTokens ?? null,
    startValLoss: baseline?.startValLoss ?? null,
    unit: kind.unit,
    scoring: work,
  })
}
