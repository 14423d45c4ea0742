import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { UserError } from '../../errors.js'
import { restoreIntrinsics } from './intrinsics.js'
import type { TrainJob, TrainResult } from '../../record/job.js'
import type { JobPort } from '../../record/job-port.js'
import { signalMarked } from '../../util/marked-processes.js'
import { Mutex } from '../../util/mutex.js'
import { keyedUniform } from '../../math/random.js'
import { checkModuleFile } from './check.js'
import { ProgramCompiler } from './compile.js'
import { UserTrainingRun } from '../user-training/training-run.js'
import { threadEngines } from './engines.js'
import { describeThrown } from '../user-training/failure.js'
import { loadState, saveState } from './state.js'
import type { ModuleTask } from './task.js'
import type { Report, Trial } from './trial.js'

/** Milliseconds between two reads of the stop flag, for `trial.signal`. */
const POLL_EVERY = 100
/** Milliseconds that a training has to end in after a stop request, as a program has. */
const GRACE = 5000
/** Set to its own value while a trial runs, to find the processes that it started. */
const MARK = 'TUNE_RUN'
/** Purpose in the key of a trial's seed. */
const SEED = 0x7365656400

/**
 * Runs a user's `train(trial)` in this thread.
 *
 * @throws UserError when the file cannot be loaded or exports no `train`
 * @throws TrainingFailed when `train` throws
 */
export async function train(
  job: TrainJob<ModuleTask>,
  port: JobPort,
  { threads }: { readonly threads: number },
): Promise<TrainResult> {
  const run = await UserTrainingRun.open(job, port)
  // Of this thread alone; what the module starts inherits it.
  const mark = (process.env[MARK] = randomUUID())
  try {
    if (run.ended) return run.result()
    const userTrain = await loadTrain(job.task.module)
    const { trial, graceEnded, reported, close } = await openTrial(job, port, run, threads)
    try {
      // A training that ignores the stop request keeps running; its thread ends with the pool.
      const training = Promise.resolve(userTrain(trial))
      training.catch(() => undefined)
      await Promise.race([training, graceEnded])
      await reported()
    } catch (error) {
      restoreIntrinsics()
      // After a stop request, any error that a training throws is its way to end.
      if (!trial.shouldStop) throw describeThrown(error)
    } finally {
      restoreIntrinsics()
      close()
    }
    return run.result()
  } finally {
    signalMarked(MARK, mark, 'SIGKILL')
    await run.close()
  }
}

async function loadTrain(path: string): Promise<(trial: Trial) => unknown> {
  checkModuleFile(path)
  let loaded: { readonly train?: unknown; readonly default?: unknown }
  try {
    loaded = (await import(pathToFileURL(path).href)) as typeof loaded
  } catch (error) {
    const { name, message } = error as Error
    throw new UserError(
      `module ${path}`,
      `does not load: ${name}: ${message.split('\n')[0]}`,
      `See what is wrong with: node ${path}`,
    )
  }
  const train = loaded.train ?? loaded.default
  if (typeof train === 'function') return train as (trial: Trial) => unknown
  throw new UserError(
    `module ${path}`,
    `exports no function named train; it exports ${Object.keys(loaded).join(', ') || 'nothing'}`,
    'Write: export async function train(trial) { … }',
  )
}

/** Ends a training that goes on although it was asked to end. */
class TrainingStopped extends Error {
  override readonly name = 'TrainingStopped'
}

async function openTrial(
  job: TrainJob<ModuleTask>,
  port: JobPort,
  run: UserTrainingRun,
  threads: number,
): Promise<{
  readonly trial: Trial
  readonly graceEnded: Promise<void>
  /** Resolves when the reports that were made have been handled, also those not awaited. */
  reported(): Promise<void>
  close(): void
}> {
  const { tf, fast, eager } = await threadEngines(threads)
  const note = (message: string) => port.note?.(String(message))
  const compiler = new ProgramCompiler({ fast, eager, warn: note })
  const controller = new AbortController()
  const shouldStop = () => run.ended || port.stopRequested()
  let endGrace: () => void
  const graceEnded = new Promise<void>(resolve => (endGrace = resolve))
  let grace: NodeJS.Timeout | undefined
  const poll = () => {
    if (shouldStop()) controller.abort(new TrainingStopped('the trial should end'))
    if (port.stopRequested()) grace ??= setTimeout(endGrace, GRACE)
  }
  const timer = setInterval(poll, POLL_EVERY)
  const { resumed } = run
  const reports = new Mutex()
  const trial: Trial = {
    number: job.trial,
    attempt: job.attempt,
    params: job.params,
    epochs: run.budget,
    seed: Math.floor(keyedUniform([job.seed, job.trial, SEED])() * 2 ** 31),
    tf,
    threads,
    checkpoint: run.work,
    save: state => saveState(run.work, state),
    resumed: resumed && { ...resumed, state: await loadState(resumed.dir) },
    report(metrics) {
      const report = reports.run(async () => {
        if (run.ended) throw new TrainingStopped('the trial should end')
        const continues = await run.report(epochReport(metrics))
        poll()
        return continues
      })
      report.catch(() => undefined)
      return report
    },
    progress: ({ epoch, step, steps, loss = NaN }) =>
      port.progress({ epoch, epochs: run.budget, step, steps, loss }),
    get shouldStop() {
      return shouldStop()
    },
    signal: controller.signal,
    note,
    compile: request => compiler.compile(request),
  }
  const close = () => {
    clearInterval(timer)
    clearTimeout(grace)
    compiler.dispose()
  }
  const reported = () => reports.idle()
  return { trial, graceEnded, reported, close }
}

function epochReport(metrics: Report) {
  const { epoch, valLoss, loss, learningRate, tokens, ...rest } = metrics ?? {}
  if (loss !== undefined && loss !== null && typeof loss !== 'number')
    throw new UserError(
      'trial.report',
      `was given ${JSON.stringify(loss)} as loss`,
      'Give the training loss as a number, or leave it out',
    )
  if (typeof valLoss !== 'number')
    throw new UserError(
      'trial.report',
      `was given ${JSON.stringify(valLoss)} as valLoss`,
      'Give the validation loss as a number: trial.report({ epoch, valLoss })',
    )
  const extra = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )
  return {
    epoch,
    valLoss,
    loss: loss ?? null,
    learningRate: learningRate ?? null,
    tokens: tokens ?? 0,
    extra,
  }
}
