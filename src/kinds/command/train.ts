import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TrainJob, TrainResult } from '../../record/job.js'
import type { JobPort } from '../../record/job-port.js'
import { saysOutOfMemory } from '../../util/out-of-memory.js'
import { UserTrainingRun } from '../user-training/training-run.js'
import { TrainingFailed } from '../user-training/failure.js'
import { readLine } from './metrics-line.js'
import type { CommandTask } from './task.js'
import { startProgram, type Exit, type RunningProgram } from './program.js'

/** Milliseconds between two looks at the stop flag. */
const LOOK_EVERY = 100
/** Milliseconds from SIGTERM to SIGKILL: less than a closing pool waits. */
const GRACE = 5000

/**
 * Runs a user's program, and reads its epochs from what it prints. It is ended, with all that it
 * started, when no further epoch is needed.
 *
 * @throws UserError when it cannot be started, prints no metrics, or prints epochs out of order
 * @throws TrainingFailed when it fails by itself
 */
export async function train(job: TrainJob<CommandTask>, port: JobPort): Promise<TrainResult> {
  const run = await UserTrainingRun.open(job, port)
  try {
    if (run.ended) return run.result()
    const exit = await runProgram(job, port, run)
    const ending = run.ended || port.stopRequested()
    if (!ending && (exit.code !== 0 || exit.signal !== null)) throw programFailure(exit)
    return run.result()
  } finally {
    await run.close()
  }
}

async function runProgram(
  job: TrainJob<CommandTask>,
  port: JobPort,
  run: UserTrainingRun,
): Promise<Exit> {
  const paramsFile = resolve(job.checkpointDir, 'params.json')
  await writeFile(paramsFile, `${JSON.stringify(job.params, null, 2)}\n`)
  let failure: Error | null = null
  let lines = Promise.resolve()
  const program: RunningProgram = startProgram({
    words: programWords(job, run, paramsFile),
    directory: job.task.directory,
    environment: programEnvironment(job, run, paramsFile),
    log: join(dirname(dirname(resolve(job.checkpointDir))), 'output.log'),
    grace: GRACE,
    line: text => {
      lines = lines
        .then(() => readReport(text))
        .catch((error: Error) => {
          failure ??= error
          program.stop()
        })
    },
  })

  async function readReport(text: string): Promise<void> {
    const line = readLine(text)
    if (!line || failure) return
    if (line.kind === 'progress') return port.progress({ ...line, epochs: run.budget })
    // After its last epoch a program may take its time to end; a further epoch is one too many.
    const extra = run.ended
    const continues = await run.report(
      line.report,
      line.checkpoint === null ? undefined : resolve(run.work, line.checkpoint),
    )
    if (!continues && (extra || run.state.kind !== 'budget')) program.stop()
  }

  const timer = setInterval(() => port.stopRequested() && program.stop(), LOOK_EVERY)
  try {
    const exit = await program.exit
    await lines
    // Set while lines were read.
    const error = failure as Error | null
    if (error) throw error
    return exit
  } finally {
    clearInterval(timer)
  }
}

/** `{name}` becomes the parameter's value, inside a word too; no shell sees it. */
function programWords(
  { task, params, seed, trial }: TrainJob<CommandTask>,
  { work }: UserTrainingRun,
  paramsFile: string,
): string[] {
  const values: Readonly<Record<string, unknown>> = {
    seed,
    trial,
    checkpointDir: work,
    paramsFile,
    ...params,
  }
  return task.command.map(word =>
    word.replace(/\{([A-Za-z_][A-Za-z0-9_-]*)\}/g, (placeholder, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : placeholder,
    ),
  )
}

/**
 * The device's own environment, which pins the GPU and the threads, and what the program needs to
 * know.
 */
function programEnvironment(
  { params, seed, trial, attempt }: TrainJob<CommandTask>,
  { work, resumed, budget }: UserTrainingRun,
  paramsFile: string,
): NodeJS.ProcessEnv {
  const { TUNE_RESUME_DIR: _, TUNE_RESUME_EPOCH: __, ...inherited } = process.env
  return {
    ...inherited,
    TUNE_PARAMS: paramsFile,
    TUNE_TRIAL: String(trial),
    TUNE_ATTEMPT: String(attempt),
    TUNE_SEED: String(seed),
    TUNE_EPOCHS: String(budget),
    TUNE_CHECKPOINT_DIR: work,
    ...(resumed ? { TUNE_RESUME_DIR: resumed.dir, TUNE_RESUME_EPOCH: String(resumed.epoch) } : {}),
    // Otherwise Python keeps lines back until its buffer is full.
    PYTHONUNBUFFERED: '1',
    ...Object.fromEntries(
      Object.entries(params)
        .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
        .map(([name, value]) => [`TUNE_PARAM_${name}`, String(value)]),
    ),
  }
}

function programFailure({ code, signal, output, kernelKilled }: Exit): TrainingFailed {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  const memory = kernelKilled || saysOutOfMemory(output) ? ', out of memory' : ''
  const lastWord = output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? ''
  return new TrainingFailed(
    `the command ${how}${memory}${lastWord === '' ? '' : `: ${lastWord}`}`,
    output,
  )
}
