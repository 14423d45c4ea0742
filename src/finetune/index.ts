export { closeFinetune, runJob, type FinetuneJob, type FinetuneOptions } from './finetune.js'
