import type { JobPort } from '../record/job-port.js'
import type { Job, JobResult } from '../record/job.js'

/**
 * What every slot runs, unless a pool is given another file. Each kind is loaded when it is first
 * needed.
 */
export async function runJob<J extends Job>(
  job: J,
  port: JobPort,
  options: { readonly threads: number },
): Promise<JobResult<J>>
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
      case 'external':
        throw new Error('an external trial is trained by whoever asked for it, not in a slot')
      case 'finetune':
        return (await import('../training/index.js')).runJob({ ...job, task }, port, options)
    }
  }
  return (await import('../training/index.js')).runJob(job, port, options)
}
