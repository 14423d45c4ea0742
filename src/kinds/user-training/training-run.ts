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

/** What a training of the user's own says of an epoch. */
export interface EpochReport {
  readonly epoch: number
  readonly valLoss: number
  readonly loss: number | null
  readonly learningRate: number | null
  readonly tokens: number
  readonly extra: Readonly<Record<string, number>>
}

/**
 * The course of one training, whatever program it is: its curve, the verdict on it, and its
 * checkpoints.
 */
export interface UserTrainingRun {
  /** Most epochs. */
  readonly budget: number
  /** Folder in which the training leaves its files. */
  readonly work: string
  /**
   * Where an earlier attempt had got to, and the files it had left; null for a first one, or one
   * that had saved nothing.
   */
  readonly resumed: { readonly epoch: number; readonly dir: string } | null
  /** Why no further epoch is wanted; null while one is. */
  readonly ended: Ending | null
  /**
   * Keeps the files of an epoch that has ended, has it judged, and tells of it.
   *
   * @param files what to keep, `work` when left out
   * @returns whether the training should go on
   * @throws UserError when epochs do not follow each other
   */
  report(told: EpochReport, files?: string): Promise<boolean>
  /**
   * How the training ended, once it has.
   *
   * @throws UserError when it has not reported a single epoch
   */
  result(): TrainResult
  close(): Promise<void>
}

export type Ending =
  | 'verdict'
  | 'budget'
  | 'paused'
  | 'stopped'
  | { readonly diverged: string; readonly epoch: number }

export async function openTrainingRun(job: TrainJob, port: JobPort): Promise<UserTrainingRun> {
  const { checkpointDir, epochCounts, resumeFrom } = job
  const budget = Number(job.params['epochs'])
  const work = join(checkpointDir, 'work')
  const last = join(checkpointDir, 'last')
  const best = join(checkpointDir, 'best')
  const again = resumeFrom.some(dir => resolve(dir) === resolve(checkpointDir))
  await rm(again ? work : checkpointDir, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  const resumed = await takeOverNewest(job)
  const history: EpochMetrics[] = [...(resumed?.history ?? [])]
  let verdict: Judgement | null = history.length > 0 ? port.judge(history) : null
  // Epochs up to which the training could go on from what it has saved.
  let saved = history.length
  let missed = false
  let ended = await endingNow()
  let since = performance.now()

  async function endingNow(): Promise<Ending | null> {
    if (verdict?.stop && job.earlyStopping !== 'off') return 'verdict'
    if (history.length >= budget) return 'budget'
    if (history.length >= (job.pauseAfter ?? budget)) {
      if (saved === history.length) return 'paused'
      if (!missed)
        port.note?.(
          `nothing is saved of epoch ${history.length}, where it was to pause, so it runs on`,
        )
      missed = true
    }
    if (job.awaitsDecision && history.length > 0 && !(await port.mayContinue!(history)))
      return 'paused'
    return port.stopRequested() ? 'stopped' : null
  }

  async function report(
    { epoch, valLoss, loss, learningRate, tokens, extra }: EpochReport,
    files = work,
  ): Promise<boolean> {
    if (ended) return false
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > history.length + 1) {
      throw new UserError(
        'the training',
        `reported epoch ${epoch} where ${history.length + 1} was to come`,
        'Report every epoch, numbered 1, 2, 3, …; one that goes on from a checkpoint goes on with the next number',
      )
    }
    if (!Number.isFinite(valLoss) || (loss !== null && !Number.isFinite(loss))) {
      ended = {
        diverged: `the ${Number.isFinite(valLoss) ? 'training' : 'validation'} loss is not a number any more`,
        epoch,
      }
      return false
    }
    // A training that began again from the start says its early epochs again.
    history.length = epoch - 1
    saved = Math.min(saved, epoch - 1)
    const metrics: EpochMetrics = {
      epoch,
      loss,
      valLoss,
      learningRate,
      tokens,
      seconds: (performance.now() - since) / 1000,
      ...(Object.keys(extra).length > 0 ? { extra } : {}),
    }
    since = performance.now()
    history.push(metrics)
    await keep(files)
    verdict = port.judge(history)
    port.epoch(metrics, verdict)
    ended = await endingNow()
    return ended === null
  }

  /** `last` comes first: from it `best` can be made again after a crash. */
  async function keep(files: string): Promise<void> {
    const epoch = history.length
    const kept = await takeSnapshot(files, last, { epoch, history })
    if (kept) saved = epoch
    if (!kept && files !== work && !missed) {
      missed = true
      port.note?.(
        `nothing is kept of epoch ${epoch}: ${files}, which was named as its checkpoint, is not there, is empty, or was being written to`,
      )
    }
    await retainSnapshots(job, history, kept)
    if (epochCounts.includes(epoch)) await shareSnapshot(best, `${best}-${epoch}`)
  }

  function result(): TrainResult {
    if (ended === 'stopped' || (ended === null && port.stopRequested()))
      return { kind: 'stopped', history }
    if (ended === 'paused') return { kind: 'paused', history }
    if (ended !== null && typeof ended === 'object')
      return { kind: 'diverged', history, epoch: ended.epoch, message: ended.diverged }
    if (!verdict)
      throw new UserError(
        'the training',
        'ended without a validation loss',
        'Report one after each epoch: docs/guides/own-training.md shows how',
      )
    return { kind: 'complete', history, verdict, stop: ended === 'verdict' ? 'verdict' : 'budget' }
  }

  return {
    budget,
    work,
    resumed: resumed && { epoch: resumed.history.length, dir: snapshotFiles(last) },
    get ended() {
      return ended
    },
    report,
    result,
    async close() {
      await rm(work, { recursive: true, force: true })
      // Epoch counts that were not reached share the best of what has run.
      for (const count of epochCounts)
        if (count >= history.length) await shareSnapshot(best, `${best}-${count}`)
    },
  }
}

async function takeOverNewest({
  resumeFrom,
  ...job
}: TrainJob): Promise<{ readonly history: readonly EpochMetrics[] } | null> {
  for (const from of resumeFrom) {
    const found = await takeOver(from, job)
    if (found) return found
  }
  return null
}

/** Takes over what an earlier attempt had kept. @returns null when that is nothing, or damaged */
async function takeOver(
  from: string,
  job: Omit<TrainJob, 'resumeFrom'>,
): Promise<{ readonly history: readonly EpochMetrics[] } | null> {
  const standing = await readIntactSnapshot(join(from, 'last'))
  if (!standing) return null
  const { history } = standing
  const to = job.checkpointDir
  const names = (await readdir(from)).filter(name => /^(last|best(-\d+)?|epoch-\d+)$/.test(name))
  if (resolve(from) !== resolve(to))
    for (const name of names) await shareSnapshot(join(from, name), join(to, name))
  await retainSnapshots(job, history, true)
  return { history }
}

/**
 * Keeps the epoch that has just ended, from `last`, if it may become the best one.
 *
 * @param kept whether the training had saved something at its end: files of an earlier epoch must
 *   not pass for its own
 */
async function retainSnapshots(
  job: Omit<TrainJob, 'resumeFrom'>,
  history: readonly EpochMetrics[],
  kept: boolean,
): Promise<void> {
  await retain(job, history, {
    epochIn: async dir => (await readSnapshot(dir))?.epoch ?? null,
    share: shareSnapshot,
    write: dir =>
      kept
        ? shareSnapshot(join(job.checkpointDir, 'last'), dir)
        : rm(dir, { recursive: true, force: true }),
  })
  await sweep(job, history)
}
