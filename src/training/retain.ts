import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bestEpoch, retainedEpochs, type Scoring } from '../ranking/best-epoch.js'
import type { EpochMetrics } from '../record/metric.js'
import type { TrainJob } from '../record/job.js'

/** What `retain` needs to know of a kind of checkpoint. */
export interface Folders {
  /** The epoch that the checkpoint at `dir` is of; null if there is none. */
  epochIn(dir: string): Promise<number | null>
  /** Puts a checkpoint at another place as well; nothing happens if `from` has none. */
  share(from: string, to: string): Promise<void>
  /** Writes the epoch that has just ended. */
  write(dir: string): Promise<void>
}

type Scored = Pick<TrainJob, 'checkpointDir' | 'params'> & Scoring

/**
 * Keeps the checkpoint of the epoch that has just ended if it is, or may become, the best one:
 * `best/` is the best epoch so far, `epoch-N/` each other epoch that may become it. To be called
 * before `last/` is written; `sweep` afterwards removes what no longer counts, so that a crash
 * between the two loses nothing.
 */
export async function retain(
  job: Scored,
  history: readonly EpochMetrics[],
  folders: Folders,
): Promise<void> {
  const epoch = history.length
  const { best, retained } = epochsToKeep(job, history)
  const place = join(job.checkpointDir, 'best')
  const current = await folders.epochIn(place)
  if (current !== best && retained.length > 1 && current !== null && current < epoch)
    await folders.share(place, spareDir(job, current))
  if (current !== best && best !== epoch) await folders.share(spareDir(job, best), place)
  if (retained.includes(epoch)) await folders.write(best === epoch ? place : spareDir(job, epoch))
}

/** Removes checkpoints of epochs that cannot become the best one any more. */
export async function sweep(job: Scored, history: readonly EpochMetrics[]): Promise<void> {
  const { best, retained } = epochsToKeep(job, history)
  for (const epoch of await spareEpochs(job.checkpointDir))
    if (epoch === best || !retained.includes(epoch))
      await rm(spareDir(job, epoch), { recursive: true, force: true })
}

/**
 * After a crash between `best/` and `last/`: puts the best epoch of the history in place, if it is
 * there.
 */
export async function restoreBest(
  job: Scored,
  history: readonly EpochMetrics[],
  folders: Pick<Folders, 'epochIn' | 'share'>,
): Promise<void> {
  const { best } = epochsToKeep(job, history)
  const place = join(job.checkpointDir, 'best')
  if ((await folders.epochIn(place)) === best) return
  if ((await folders.epochIn(spareDir(job, best))) === best)
    await folders.share(spareDir(job, best), place)
}

/** The epoch that the trial counts by; without a value of the objective, the first. */
export function bestEpochNumber(history: readonly EpochMetrics[], scoring: Scoring = {}): number {
  return bestEpoch(history, scoring)?.metrics.epoch ?? 1
}

/** Epochs of the folders `epoch-N/`. */
export async function spareEpochs(dir: string): Promise<number[]> {
  const names = await readdir(dir).catch((): string[] => [])
  return names.flatMap(name => /^epoch-([1-9]\d*)$/.exec(name)?.[1] ?? []).map(Number)
}

function epochsToKeep(
  job: Scored,
  history: readonly EpochMetrics[],
): { readonly best: number; readonly retained: readonly number[] } {
  const best = bestEpochNumber(history, job)
  const retained = retainedEpochs(history, job, Number(job.params['epochs']))
  return { best, retained: retained.length > 0 ? retained : [best] }
}

function spareDir({ checkpointDir }: Scored, epoch: number): string {
  return join(checkpointDir, `epoch-${epoch}`)
}
