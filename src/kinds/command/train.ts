import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TrainJob, TrainResult } from '../../record/job.js'
import type { JobPort } from '../../record/job-port.js'
import { saysOutOfMemory } from '../../util/out-of-memory.js'
import { openTrainingRun, type UserTrainingRun } from '../user-training/training-run.js'
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
 * started, when no further epoch is wanted.
 *
 * @throws UserError when it cannot be started, prints no metrics, or prints epochs out of order
 * @throws TrainingFailed when it fails by itself
 */
export async function train(job: TrainJob<CommandTask>, port: JobPort): Promise<TrainResult> {
  const course = await openTrainingRun(job, port)
  try {
    if (course.ended) return course.result()
    const exit = await run(job, port, course)
    const asked = course.ended !== null || port.stopRequested()
    if (!asked && (exit.code !== 0 || exit.signal !== null)) throw failureOf(exit)
    return course.result()
  } finally {
    await course.close()
  }
}

async function run(
  job: TrainJob<CommandTask>,
  port: JobPort,
  course: UserTrainingRun,
): Promise<Exit> {
  const paramsFile = resolve(job.checkpointDir, 'params.json')
  await writeFile(paramsFile, `${JSON.stringify(job.params, null, 2)}\n`)
  let broken: Error | null = null
  let heard = Promise.resolve()
  const program: RunningProgram = startProgram({
    words: wordsOf(job, course, paramsFile),
    directory: job.task.directory,
    environment: environmentOf(job, course, paramsFile),
    log: join(dirname(dirname(resolve(job.checkpointDir))), 'output.log'),
    grace: GRACE,
    line: text => {
      heard = heard
        .then(() => hear(text))
        .catch((error: Error) => {
          broken ??= error
          program.stop()
        })
    },
  })

  async function hear(text: string): Promise<void> {
    const line = readLine(text)
    if (!line || broken) return
    if (line.kind === 'progress') return port.progress({ ...line, epochs: course.budget })
    // After its last epoch a program may take its time to end; a further one is one too many.
    const over = course.ended !== null
    const goOn = await course.report(
      line.report,
      line.checkpoint === null ? undefined : resolve(course.work, line.checkpoint),
    )
    if (!goOn && (over || course.ended !== 'budget')) program.stop()
  }

  const timer = setInterval(() => port.stopRequested() && program.stop(), LOOK_EVERY)
  try {
    const exit = await program.exit
    await heard
    // Set while lines were heard.
    const error = broken as Error | null
    if (error) throw error
    return exit
  } finally {
    clearInterval(timer)
  }
}

/** `{name}` becomes the parameter's value, inside a word too; no shell sees it. */
function wordsOf(
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
    word.replace(/\{([A-Za-z_][A-Za-z0-9_-]*)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : whole,
    ),
  )
}

/**
 * The device's own environment, which pins the GPU and the threads, and what the program needs to
 * know.
 */
function environmentOf(
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

function failureOf({ code, signal, output, kernelKilled }: Exit): TrainingFailed {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  const memory = kernelKilled || saysOutOfMemory(output) ? ', out of memory' : ''
  const lastWord = output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? ''
  return new TrainingFailed(
    `the command ${how}${memory}${lastWord === '' ? '' : `: ${lastWord}`}`,
    output,
  )
}
