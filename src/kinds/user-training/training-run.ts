import { readdir, rm, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { TrainJob, TrainResult } from '../../record/job.js'
import type { JobPort } from '../../record/job-port.js'
import type { EpochMetrics } from '../../record/metric.js'
import type { Judgement } from '../../record/verdict.js'
import { retain, sweep } from '../../training/retain.js'
import {
  readIntactSnapshot,
  readSnapshot,
  shareSnapshot,
  snapshotFiles,
  takeSnapshot,
} from './snapshot.js'

/** What a user's training reports of an epoch. */
export interface EpochReport {
  readonly epoch: number
  readonly valLoss: number
  readonly loss: number | null
  readonly learningRate: number | null
  readonly tokens: number
  readonly extra: Readonly<Record<string, number>>
}

/** Where a run is: training, or ended, and why. */
export type RunState =
  | { readonly kind: 'training' | 'verdict' | 'budget' | 'paused' | 'stopped' }
  | { readonly kind: 'diverged'; readonly epoch: number; readonly message: string }

/** One run of a training that a user brings: its curve, the verdict on it, and its checkpoints. */
export class UserTrainingRun {
  /** Most epochs. */
  readonly budget: number
  /** Folder in which the training leaves its files. */
  readonly work: string
  /**
   * The epoch that an earlier attempt reached, and the files it had left; null for a first attempt,
   * or if nothing was saved.
   */
  readonly resumed: { readonly epoch: number; readonly dir: string } | null
  readonly #job: TrainJob
  readonly #port: JobPort
  readonly #last: string
  readonly #best: string
  readonly #history: EpochMetrics[]
  /** The training could continue after so many epochs, from what it has saved. */
  #savedEpochs: number
  #verdict: Judgement | null
  #state: RunState = { kind: 'training' }
  /** When the running epoch began, in milliseconds. */
  #began = performance.now()
  #missingNoted = false

  private constructor(job: TrainJob, port: JobPort, history: readonly EpochMetrics[] | null) {
    this.#job = job
    this.#port = port
    this.budget = Number(job.params['epochs'])
    this.work = join(job.checkpointDir, 'work')
    this.#last = join(job.checkpointDir, 'last')
    this.#best = join(job.checkpointDir, 'best')
    this.#history = [...(history ?? [])]
    this.#savedEpochs = this.#history.length
    this.#verdict = this.#history.length > 0 ? port.judge(this.#history) : null
    this.resumed = history && { epoch: history.length, dir: snapshotFiles(this.#last) }
  }

  /** Empties the folder of files, and takes over what an earlier attempt had saved. */
  static async open(job: TrainJob, port: JobPort): Promise<UserTrainingRun> {
    const { checkpointDir, resumeFrom } = job
    const work = join(checkpointDir, 'work')
    const inPlace = resumeFrom.some(dir => resolve(dir) === resolve(checkpointDir))
    await rm(inPlace ? work : checkpointDir, { recursive: true, force: true })
    await mkdir(work, { recursive: true })
    const run = new UserTrainingRun(job, port, await takeOverNewest(job))
    run.#state = await run.#nextState()
    return run
  }

  get state(): RunState {
    return this.#state
  }

  get epochsRun(): number {
    return this.#history.length
  }

  /** Whether no further epoch is needed. */
  get ended(): boolean {
    return this.#state.kind !== 'training'
  }

  /**
   * Saves the files of an epoch that has ended, gets the verdict, and reports both.
   *
   * @param files what to save, `work` if left out
   * @returns whether the training should continue
   * @throws UserError if epochs do not follow each other
   */
  async report(epochReport: EpochReport, files = this.work): Promise<boolean> {
    if (this.ended) return false
    const { epoch, valLoss, loss, learningRate, tokens, extra } = recordable(epochReport)
    const next = this.#history.length + 1
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > next) {
      throw new UserError(
        'the training',
        `reported epoch ${epoch} where ${next} was expected`,
        'Report every epoch, numbered 1, 2, 3, …, none of the model before training; ' +
          'after a checkpoint, continue with the next number',
      )
    }
    if (!Number.isFinite(valLoss) || (loss !== null && !Number.isFinite(loss))) {
      const which = Number.isFinite(valLoss) ? 'training' : 'validation'
      this.#state = {
        kind: 'diverged',
        epoch,
        message: `the ${which} loss is not a number any more`,
      }
      return false
    }
    // What was reported is repeated, as a summary does or a training that began again.
    if (this.#history[epoch - 1]?.valLoss === valLoss) return true
    // A training that began again from the start reports its early epochs again.
    this.#history.length = epoch - 1
    this.#savedEpochs = Math.min(this.#savedEpochs, epoch - 1)
    const seconds = (performance.now() - this.#began) / 1000
    const metrics: EpochMetrics = {
      ...{ epoch, loss, valLoss, learningRate, tokens, seconds },
      ...(Object.keys(extra).length > 0 ? { extra } : {}),
    }
    this.#began = performance.now()
    this.#history.push(metrics)
    await this.#save(files)
    this.#verdict = this.#port.judge(this.#history)
    this.#port.epoch(metrics, this.#verdict)
    this.#state = await this.#nextState()
    return !this.ended
  }

  /**
   * How the training ended, once it has. No epoch is accepted after this.
   *
   * @throws UserError if it has not reported a single epoch
   */
  result(): TrainResult {
    const history = this.#history
    if (this.#state.kind === 'training' && this.#port.stopRequested()) {
      this.#state = { kind: 'stopped' }
      this.#port.note?.(this.#lost())
    }
    const state = this.#state
    if (state.kind === 'stopped' || state.kind === 'paused') return { kind: state.kind, history }
    if (state.kind === 'diverged') return { ...state, history }
    if (!this.#verdict)
      throw new UserError(
        'the training',
        'ended without a validation loss',
        'Report one after each epoch: docs/guides/own-training.md shows how',
      )
    const stop = state.kind === 'verdict' ? 'verdict' : 'budget'
    return { kind: 'complete', history, verdict: this.#verdict, stop }
  }

  async close(): Promise<void> {
    await rm(this.work, { recursive: true, force: true })
    // Epoch counts that were not reached share the best of what has run.
    for (const count of this.#job.epochCounts)
      if (count >= this.#history.length) await shareSnapshot(this.#best, `${this.#best}-${count}`)
  }

  async #nextState(): Promise<RunState> {
    const { earlyStopping, pauseAfter = this.budget, awaitsDecision } = this.#job
    const epochs = this.#history.length
    if (this.#verdict?.stop && earlyStopping !== 'off') return { kind: 'verdict' }
    if (epochs >= this.budget) return { kind: 'budget' }
    if (epochs >= pauseAfter) {
      if (this.#savedEpochs === epochs) return { kind: 'paused' }
      this.#noteMissing(`nothing is saved of epoch ${epochs}, where it was to pause, so it runs on`)
    }
    if (awaitsDecision && epochs > 0 && !(await this.#port.mayContinue!(this.#history)))
      return { kind: 'paused' }
    return { kind: this.#port.stopRequested() ? 'stopped' : 'training' }
  }

  /** `last` comes first: from it `best` can be made again after a crash. */
  async #save(files: string): Promise<void> {
    const epoch = this.#history.length
    const saved = await takeSnapshot(files, this.#last, { epoch, history: this.#history })
    if (saved) this.#savedEpochs = epoch
    else if (files !== this.work)
      this.#noteMissing(
        `nothing is saved of epoch ${epoch}: ${files}, which was named as its checkpoint, ` +
          'is not there, is empty, or was being written to',
      )
    await retainSnapshots(this.#job, this.#history, saved)
    if (this.#job.epochCounts.includes(epoch))
      await shareSnapshot(this.#best, `${this.#best}-${epoch}`)
  }

  /** Once in a run. */
  #noteMissing(message: string): void {
    if (!this.#missingNoted) this.#port.note?.(message)
    this.#missingNoted = true
  }

  /** What a stop inside an epoch costs. */
  #lost(): string {
    const epoch = this.#history.length + 1
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1)
    const next =
      this.#savedEpochs > 0 ? `continues after epoch ${this.#savedEpochs}` : 'begins again'
    return `stopped in epoch ${epoch}, which is lost after ${seconds} s; the trial ${next}`
  }
}

/** Losses beyond the range of 32-bit floats have overflowed wherever they were computed. */
const LARGEST_LOSS = 3.4e38

/** A report without what no record can hold: numbers that JSON lacks, and counts that are none. */
function recordable(report: EpochReport): EpochReport {
  const { valLoss, loss, learningRate, tokens, extra } = report
  const bounded = (value: number) => (Math.abs(value) > LARGEST_LOSS ? Infinity : value)
  const isCount = tokens >= 0 && tokens <= Number.MAX_SAFE_INTEGER
  return {
    ...report,
    valLoss: bounded(valLoss),
    loss: loss === null ? null : bounded(loss),
    learningRate: Number.isFinite(learningRate) ? learningRate : null,
    tokens: isCount ? Math.round(tokens) : 0,
    extra: Object.fromEntries(
      Object.entries(extra).filter(
        ([name, value]) => name !== '__proto__' && Number.isFinite(value),
      ),
    ),
  }
}

async function takeOverNewest({
  resumeFrom,
  ...job
}: TrainJob): Promise<readonly EpochMetrics[] | null> {
  for (const from of resumeFrom) {
    const history = await takeOver(from, job)
    if (history) return history
  }
  return null
}

/** Takes over what an earlier attempt had saved. @returns null if that is nothing, or damaged */
async function takeOver(
  from: string,
  job: Omit<TrainJob, 'resumeFrom'>,
): Promise<readonly EpochMetrics[] | null> {
  const snapshot = await readIntactSnapshot(join(from, 'last'))
  if (!snapshot) return null
  const { history } = snapshot
  const to = job.checkpointDir
  const names = (await readdir(from)).filter(name => /^(last|best(-\d+)?|epoch-\d+)$/.test(name))
  if (resolve(from) !== resolve(to))
    for (const name of names) await shareSnapshot(join(from, name), join(to, name))
  await retainSnapshots(job, history, true)
  return history
}

/**
 * Keeps the epoch that has just ended, from `last`, if it may become the best one.
 *
 * @param saved whether the training had saved something at its end: files of an earlier epoch must
 *   not pass for its own
 */
async function retainSnapshots(
  job: Omit<TrainJob, 'resumeFrom'>,
  history: readonly EpochMetrics[],
  saved: boolean,
): Promise<void> {
  await retain(job, history, {
    epochIn: async dir => (await readSnapshot(dir))?.epoch ?? null,
    share: shareSnapshot,
    write: dir =>
      saved
        ? shareSnapshot(join(job.checkpointDir, 'last'), dir)
        : rm(dir, { recursive: true, force: true }),
  })
  await sweep(job, history)
}
