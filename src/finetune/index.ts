export { closeFinetune, runJob, type FinetuneOptions } from './finetune.js'
export type {
  AskJob, AskResult, ExportJob, ExportResult, Job, JobPort, JobResult, PrepareJob, TrainJob, TrainResult,
} from './job.js'
