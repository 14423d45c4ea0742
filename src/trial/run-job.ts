import { trialKind } from '../kinds/index.js'
import type { JobPort } from '../record/job-port.js'
import type { Job, JobResult } from '../record/job.js'
import type { WorkerOptions } from '../kinds/index.js'

/** What every slot runs, unless a pool is given another file. Kinds are loaded when needed. */
export async function runJob<J extends Job>(
  job: J,
  port: JobPort,
  options: WorkerOptions,
): Promise<JobResult<J>>
export async function runJob(job: Job, port: JobPort, options: WorkerOptions): Promise<unknown> {
  if (job.kind === 'answer')
    return (await import('../training/index.js')).runJob(job, port, options)
  const { task } = job
  const kind = trialKind(task)
  if (job.kind === 'train') return (await kind.train()).train(job, port, options)
  if (!kind.languageModel) throw new Error(`a ${kind.name} study has no ${job.kind} job`)
  return (await kind.languageModel.jobs()).runJob(job, port, options)
}
