export { closeFinetune, runJob, type FinetuneOptions } from './finetune.js'
export type {
  AskJob,
  AskResult,
  ExportJob,
  ExportResult,
  Job,
  JobPort,
  JobResult,
  MeasureJob,
  MeasureResult,
  PrepareJob,
  TrainJob,
  Training,
  TrainResult,
} from './job.js'
