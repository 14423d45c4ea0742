import { availableParallelism } from 'node:os'
import type { Engine, EngineName } from '../compile/engine.js'
import { createEngine } from '../compile/index.js'
import { unreachable } from '../errors.js'
import type { Preparation } from '../record/document.js'
import { encodePrompt } from './data/encode.js'
import { exportModel } from './export.js'
import { generate } from './generate/generate.js'
import type { AskJob, AskResult, Job, JobPort, JobResult, PrepareJob, TrainJob, TrainResult } from './job.js'
import { train } from './train/loop.js'
import { workbenchOn, type Workbench } from './workbench.js'

export interface FinetuneOptions {
  /** `auto`, the default: the fastest that is usable here. */
  readonly engine?: EngineName | 'auto'
  /** Threads that one job computes with; all cores when left out. */
  readonly threads?: number
}

/**
 * Does a job in this thread. Engine, model, data and compiled programs stay ready for the next one, so that a study's
 * trials start at once. Jobs of a thread are done one after the other.
 *
 * @throws UserError for a model, data or parameters that the user can mend
 */
export function runJob<J extends Job>(job: J, port: JobPort, options: FinetuneOptions = {}): Promise<JobResult<J>> {
  // Jobs after one that failed run all the same
  const result = previous.then(async () => work(job, port, await workbench(options)))
  previous = result.catch(() => {})
  return result as Promise<JobResult<J>>
}

/** Lets go of everything that is kept ready in this thread. */
export async function closeFinetune(): Promise<void> {
  await previous
  const benches = [...workbenches.values()]
  workbenches.clear()
  for (const bench of benches) await (await bench).dispose()
}

let previous: Promise<unknown> = Promise.resolve()
const workbenches = new Map<string, Promise<Workbench>>()

function workbench({ engine = 'auto', threads = availableParallelism() }: FinetuneOptions): Promise<Workbench> {
  const key = `${engine} ${threads}`
  let bench = workbenches.get(key)
  if (!bench) {
    bench = createEngine(engine, { threads }).then(workbenchOn)
    workbenches.set(key, bench)
    bench.catch(() => workbenches.delete(key))
  }
  return bench
}

function work(job: Job, port: JobPort, bench: Workbench): Promise<JobResult<Job>> {
  switch (job.kind) {
    case 'prepare':
      return prepare(job, bench)
    case 'train':
      return runTraining(job, port, bench)
    case 'export':
      return exportModel(job, bench)
    case 'ask':
      return ask(job, bench)
    default:
      return unreachable(job)
  }
}

async function prepare({ task, seed }: PrepareJob, bench: Workbench): Promise<Preparation> {
  const { folder } = await bench.model(task.model)
  const { dataset, valLoss } = await bench.data(task, seed)
  const { vocabulary, layers, width } = folder.config
  return {
    engine: nameOf(bench.engine),
    model: { parameters: folder.parameters, vocabulary, layers, width, architecture: folder.architecture },
    data: dataset.counts,
    valLoss,
  }
}

async function runTraining(job: TrainJob, port: JobPort, bench: Workbench): Promise<TrainResult> {
  const { folder, weights, runnables } = await bench.model(job.task.model)
  const { dataset, valLoss: startValLoss, ...data } = await bench.data(job.task, job.seed)
  return train(job, port, { ...data, engine: bench.engine, config: folder.config, weights, runnables, train: dataset.train, startValLoss })
}

async function ask({ model: dir, prompts, maxTokens }: AskJob, bench: Workbench): Promise<AskResult> {
  const { folder, runnables, state } = await bench.model(dir)
  const { config, tokenizer } = folder
  const encoded = prompts.map(prompt => encodePrompt(tokenizer, prompt))
  const answers = await generate({ engine: bench.engine, config, state, runnables }, encoded, { maxTokens, eos: tokenizer.eos })
  return { answers: answers.map(ids => tokenizer.decode(ids).trim()) }
}

function nameOf({ name, version, device }: Engine): string {
  return `${name} ${version} on ${device}`
}
