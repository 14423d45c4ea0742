import { createHash } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import type { Engine, EngineName } from '../compile/engine.js'
import { createEngine } from '../compile/index.js'
import { unreachable, UserError } from '../errors.js'
import type { HostTensor, Named } from '../compile/program.js'
import type { Preparation } from '../record/document.js'
import type { FinetuneTask } from '../record/study.js'
import type { Method } from '../settings/index.js'
import { encodePrompt } from '../dataset/encode.js'
import { exportModel } from './export.js'
import { generate } from '../decoder/generate/generate.js'
import type {
  AnswerJob,
  AnswerResult,
  Job,
  FinetuneTrainJob,
  JobResult,
  PrepareJob,
  TrainResult,
} from '../record/job.js'
import type { JobPort } from '../record/job-port.js'
import { measureCheckpoint } from './measure.js'
import type { DecoderConfig } from '../decoder/config.js'
import { scoreModel } from './score/score-model.js'
import type { Scores } from './score/scores.js'
import { rememberedFitting, type FittingMemory } from './fitting.js'
import { train } from './loop.js'
import type { Fitting } from './micro-batch.js'
import { workbenchOn, type Workbench } from './workbench.js'
import { Mutex } from '../util/mutex.js'
import { optional } from '../util/optional.js'

export interface FinetuneOptions {
  /** `auto`, the default: the fastest that is usable here. */
  readonly engine?: EngineName | 'auto'
  /** Threads that one job computes with; all cores when left out. */
  readonly threads?: number
  /**
   * Where is remembered which batches fit into memory; when left out, whole batches are tried and
   * nothing else.
   */
  readonly fitting?: FittingMemory
}

/** Everything that a fine-tuning study asks of a slot. */
export type FinetuneJob = Job<FinetuneTask>

/**
 * Does a job in this thread. Engine, model, data and compiled programs stay ready for the next one,
 * so that a study's trials start at once. Jobs of a thread are done one after the other.
 *
 * @throws UserError for a model, data or parameters that the user can mend
 */
export function runJob<J extends FinetuneJob>(
  job: J,
  port: JobPort,
  options: FinetuneOptions = {},
): Promise<JobResult<J>> {
  // Jobs after one that failed run all the same
  return jobs.run(async () => work(job, port, await workbench(options), options)) as Promise<
    JobResult<J>
  >
}

/** Lets go of everything that is kept ready in this thread. */
export async function closeFinetune(): Promise<void> {
  await jobs.idle()
  const benches = [...workbenches.values()]
  workbenches.clear()
  for (const bench of benches) await (await bench).dispose()
}

const jobs = new Mutex()
const workbenches = new Map<string, Promise<Workbench>>()

function workbench({
  engine = 'auto',
  threads = availableParallelism(),
}: FinetuneOptions): Promise<Workbench> {
  const key = `${engine} ${threads}`
  let bench = workbenches.get(key)
  if (!bench) {
    bench = createEngine(engine, { threads }).then(workbenchOn)
    workbenches.set(key, bench)
    bench.catch(() => workbenches.delete(key))
  }
  return bench
}

function work(
  job: FinetuneJob,
  port: JobPort,
  bench: Workbench,
  options: FinetuneOptions,
): Promise<JobResult<Job>> {
  switch (job.kind) {
    case 'prepare':
      return prepare(job, bench)
    case 'train':
      return runTraining(job, port, bench, options)
    case 'measure':
      return measureCheckpoint(job, bench)
    case 'export':
      return exportModel(job, bench)
    case 'answer':
      return answer(job, bench)
    default:
      return unreachable(job)
  }
}

async function prepare(
  { task, seed }: PrepareJob<FinetuneTask>,
  bench: Workbench,
): Promise<Preparation> {
  const { folder } = await bench.model(task.model)
  const { dataset, valLoss } = await bench.data(task, seed)
  if (!Number.isFinite(valLoss))
    throw new UserError(
      task.model,
      `its validation loss before training is ${valLoss}: the weights are finite, but too large`,
      'Use another checkpoint of this model',
    )
  // A test set that cannot be read is reported before the first trial
  await bench.questions(task, seed)
  const { vocabulary, layers, width } = folder.config
  return {
    engine: engineTitle(bench.engine),
    model: {
      parameters: folder.parameters,
      vocabulary,
      layers,
      width,
      architecture: folder.architecture,
    },
    data: dataset.counts,
    valLoss,
  }
}

async function runTraining(
  job: FinetuneTrainJob,
  port: JobPort,
  bench: Workbench,
  { fitting: memory }: FinetuneOptions,
): Promise<TrainResult> {
  const { engine } = bench
  const { folder, weights, runnables, state } = await bench.model(job.task.model)
  const { config, tokenizer } = folder
  const { dataset, valLoss: startValLoss, ...data } = await bench.data(job.task, job.seed)
  const { maxTokens = 0 } = job.task.training.score ?? {}
  const questions = await bench.questions(job.task, job.seed)
  const fitting =
    memory &&
    ((method: Method): Fitting =>
      withNote(rememberedFitting(memory, fittingKey(engine, config, method)), port))
  const score = (learned: Named<HostTensor>): Promise<Scores> =>
    scoreModel({ engine, config, runnables }, learned, tokenizer, questions, maxTokens)
  return train(job, port, {
    ...data,
    engine,
    config,
    baseWeights: weights,
    state,
    runnables,
    train: dataset.train,
    startValLoss,
    ...optional({ fitting, score: questions.length > 0 ? score : undefined }),
  })
}

/** What decides how much memory a row takes, and how much there is. */
function fittingKey({ name, device }: Engine, config: DecoderConfig, method: Method): string {
  const model = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12)
  return `${name} ${device} ${Math.round(totalmem() / 2 ** 30)}GiB ${model} ${method}`
}

/** Notes it when batches have to be divided. */
function withNote(fitting: Fitting, port: JobPort): Fitting {
  return {
    rows: length => fitting.rows(length),
    trying: (length, rows) => fitting.trying(length, rows),
    fits: (length, rows) => fitting.fits(length, rows),
    outOfMemory: error => fitting.outOfMemory(error),
    fails(length, rows) {
      fitting.fails(length, rows)
      port.note?.(
        `${rows} rows of ${length} tokens do not fit into memory at once: ` +
          `micro-batches have ${Math.max(1, Math.floor(rows / 2))}, and the steps stay the same`,
      )
    },
  }
}

async function answer(
  { model: dir, prompts, maxTokens }: AnswerJob,
  bench: Workbench,
): Promise<AnswerResult> {
  const { folder, runnables, state } = await bench.model(dir)
  const { config, tokenizer } = folder
  const encoded = prompts.map(prompt => encodePrompt(tokenizer, prompt))
  const answers = await generate({ engine: bench.engine, config, state, runnables }, encoded, {
    maxTokens,
    eos: tokenizer.eos,
  })
  return { answers: answers.map(ids => tokenizer.decode(ids).trim()) }
}

function engineTitle({ name, version, device }: Engine): string {
  return `${name} ${version} on ${device}`
}
