import type { JobPort } from '../../record/job-port.js'
import type { FinetuneTrainJob, TrainResult } from '../../record/job.js'
import { runJob } from '../../training/index.js'
import type { WorkerOptions } from '../kind.js'

/** @throws UserError for a model, data or parameters that the user can mend */
export function train(
  job: FinetuneTrainJob,
  port: JobPort,
  options: WorkerOptions,
): Promise<TrainResult> {
  return runJob(job, port, options)
}
