import type {
  Job as FinetuneJob,
  JobResult,
  TrainJob,
  Training,
  TrainResult,
} from '../finetune/job.js'
import type { OwnTask, Task } from '../record/study.js'

/** One attempt at a trial of a training that a user brings. */
export type OwnTraining = Training<OwnTask>
/** One attempt at a trial, of any kind. */
export type TrialJob = Training<Task>

/** Everything that a slot can be asked to do. */
export type Job = Exclude<FinetuneJob, TrainJob> | TrialJob

export type ResultOf<J extends Job> = J extends { readonly kind: 'train' }
  ? TrainResult
  : J extends FinetuneJob
    ? JobResult<J>
    : never
