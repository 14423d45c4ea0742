export { closeFinetune, runJob, type FinetuneJob, type FinetuneOptions } from './jobs.js'
