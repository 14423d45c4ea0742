import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TrainJob, TrainResult } from '../../record/job.js'
import type { JobPort } from '../../record/job-port.js'
import { saysOutOfMemory } from '../../util/out-of-memory.js'
import { UserTrainingRun } from '../user-training/training-run.js'
import { TrainingFailed } from '../user-training/failure.js'
import { plainText } from './printed-objects.js'
import { MetricsReader } from './metrics-reader.js'
import type { CommandTask } from './task.js'
import { startProgram, type Exit, type RunningProgram } from './program.js'
import { wordWithValues } from './words.js'

/** Milliseconds between two looks at the stop flag. */
const LOOK_EVERY = 100
/** Milliseconds that any program has to end in after its last epoch, and that none exceeds. */
const OVERTIME = { least: 60_000, most: 30 * 60_000 }
/** Milliseconds from SIGTERM to SIGKILL: less than a closing pool waits. */
const GRACE = 5000

/**
 * Runs a user's program, and reads its epochs from what it prints. It is ended, with all that it
 * started, when no further epoch is needed.
 *
 * @throws UserError when it cannot be started, or prints epochs out of order
 * @throws TrainingFailed when it fails by itself, or ends without a validation loss
 */
export async function train(job: TrainJob<CommandTask>, port: JobPort): Promise<TrainResult> {
  const run = await UserTrainingRun.open(job, port)
  try {
    if (run.ended) return run.result()
    return await new ProgramTraining(job, port, run).result()
  } finally {
    await run.close()
  }
}

/** One run of a program: its lines are handled one after the other, until it has ended. */
class ProgramTraining {
  readonly #job: TrainJob<CommandTask>
  readonly #port: JobPort
  readonly #run: UserTrainingRun
  readonly #reader = new MetricsReader()
  #program: RunningProgram | null = null
  #lines = Promise.resolve()
  #failure: Error | null = null
  /** When its last epoch was reported, in milliseconds. */
  #budgetSpentAt: number | null = null
  #overtime = false

  constructor(job: TrainJob<CommandTask>, port: JobPort, run: UserTrainingRun) {
    this.#job = job
    this.#port = port
    this.#run = run
  }

  async result(): Promise<TrainResult> {
    const began = performance.now()
    const exit = await this.#runProgram(began)
    const run = this.#run
    if (run.ended || this.#port.stopRequested()) return run.result()
    if (exit.code !== 0 || exit.signal !== null)
      throw programFailure(exit, run.epochsRun === 0 ? this.#reader.nearest : [])
    if (run.epochsRun === 0) throw silentProgram(exit, this.#reader.nearest)
    return run.result()
  }

  async #runProgram(began: number): Promise<Exit> {
    const job = this.#job
    const paramsFile = resolve(job.checkpointDir, 'params.json')
    await writeFile(paramsFile, `${JSON.stringify(job.params, null, 2)}\n`)
    const program = startProgram({
      words: programWords(job, this.#run, paramsFile),
      directory: job.task.directory,
      environment: programEnvironment(job, this.#run, paramsFile),
      log: join(dirname(dirname(resolve(job.checkpointDir))), 'output.log'),
      grace: GRACE,
      line: text => this.#receive(text),
    })
    this.#program = program
    const timer = setInterval(() => this.#look(began), LOOK_EVERY)
    try {
      const exit = await program.exit
      await this.#lines
      if (this.#failure) throw this.#failure
      return exit
    } finally {
      clearInterval(timer)
    }
  }

  #receive(text: string): void {
    this.#lines = this.#lines
      .then(() => this.#handle(text))
      .catch((error: Error) => {
        this.#failure ??= error
        this.#program?.stop()
      })
  }

  async #handle(text: string): Promise<void> {
    const run = this.#run
    const line = this.#reader.read(text)
    if (!line || this.#failure) return
    if (line.kind === 'progress') return this.#port.progress({ ...line, epochs: run.budget })
    // After its last epoch a program may take its time to end, and repeat it, as a final evaluation
    // or another rank does; a further epoch is one too many.
    if (run.ended) {
      if (line.report.epoch > run.budget || run.state.kind !== 'budget') this.#program?.stop()
      return
    }
    const continues = await run.report(
      line.report,
      line.checkpoint === null ? undefined : resolve(run.work, line.checkpoint),
    )
    if (continues) return
    if (run.state.kind === 'budget') this.#budgetSpentAt = performance.now()
    else this.#program?.stop()
  }

  #look(began: number): void {
    if (this.#port.stopRequested()) this.#program?.stop()
    if (this.#budgetSpentAt === null || this.#overtime) return
    const allowed = overtime(this.#budgetSpentAt - began)
    if (performance.now() - this.#budgetSpentAt < allowed) return
    this.#overtime = true
    this.#port.note?.(
      `the command had not ended ${Math.round(allowed / 1000)} s after its last epoch, ` +
        'so it was ended',
    )
    this.#program?.stop()
  }
}

/**
 * Milliseconds that a program may take after its last epoch, to save or evaluate: as long as its
 * training took, within limits.
 */
function overtime(trained: number): number {
  return Math.min(OVERTIME.most, Math.max(OVERTIME.least, trained))
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
  return task.command.map(word => wordWithValues(word, values))
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

function programFailure(
  { code, signal, output, kernelKilled }: Exit,
  nearest: readonly string[],
): TrainingFailed {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  const memory = kernelKilled || saysOutOfMemory(output) ? ', out of memory' : ''
  const words = lastWords(output, 1)
  const quoted = nearest.length > 0 ? `. Nearest to metrics: ${nearest.join(', ')}` : ''
  return new TrainingFailed(
    `the command ${how}${memory}${words === '' ? '' : `: ${words}`}${quoted}`,
    output,
  )
}

/** It ended well, and nothing that it printed was a validation loss. */
function silentProgram({ output }: Exit, nearest: readonly string[]): TrainingFailed {
  const words = lastWords(output, 3)
  const printed =
    nearest.length > 0
      ? `Nearest to one: ${nearest.join(', ')}`
      : words === ''
        ? 'It printed nothing'
        : `Its last lines: ${words}`
  return new TrainingFailed(
    `the command ended without a validation loss. ${printed}. ` +
      'Print {"epoch": 1, "valLoss": 0.5} after each epoch: docs/guides/own-training.md',
    output,
  )
}

/** The last lines that say something, for a message. */
function lastWords(output: string, count: number): string {
  return plainText(
    output
      .replace(/\r\n?/g, '\n')
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
      .slice(-count)
      .map(line => line.slice(0, 200))
      .join(' / '),
  )
}
