import type { JobPort, TrainJob } from '../finetune/job.js'
import type { Job, ResultOf } from './job.js'

/**
 * What every slot runs, unless a pool is given another file. Each kind is loaded when it is first
 * needed.
 */
export async function runJob<J extends Job>(
  job: J,
  port: JobPort,
  options: { readonly threads: number },
): Promise<ResultOf<J>>
export async function runJob(
  job: Job,
  port: JobPort,
  options: { readonly threads: number },
): Promise<unknown> {
  if (job.kind === 'train') {
    const { task } = job
    switch (task.kind) {
      case 'module':
        return (await import('./own/module.js')).trainModule({ ...job, task }, port, options)
      case 'command':
        return (await import('./own/command.js')).trainCommand({ ...job, task }, port)
      case 'finetune':
        return (await import('../finetune/index.js')).runJob(
          { ...job, task } satisfies TrainJob,
          port,
          options,
        )
    }
  }
  return (await import('../finetune/index.js')).runJob(job, port, options)
}
