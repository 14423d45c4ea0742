import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FinetuneTrainJob } from '../record/job.js'
import {
  epochInCheckpoint,
  readCheckpoint,
  recover,
  shareCheckpoint,
  soundManifest,
  type Checkpoint,
} from './checkpoint.js'
import { restoreBest } from './retain.js'
import { isSameRun } from './run-identity.js'

/**
 * The newest checkpoint that a training can go on from, with everything beside it brought into the
 * attempt's own folder.
 *
 * @param run what the earlier attempt must have in common with this one
 * @returns null when there is none, or all are damaged or of another run: the training then begins
 *   anew
 */
export async function resume(job: FinetuneTrainJob, run: string): Promise<Checkpoint | null> {
  const { checkpointDir, resumeFrom } = job
  await mkdir(checkpointDir, { recursive: true })
  for (const attempt of resumeFrom) {
    const checkpoint = await takeOver(attempt, checkpointDir, run)
    if (!checkpoint) continue
    await restoreBest(job, checkpoint.history, {
      epochIn: epochInCheckpoint,
      share: shareCheckpoint,
    })
    return checkpoint
  }
  return null
}

async function takeOver(from: string, to: string, run: string): Promise<Checkpoint | null> {
  const names = await checkpointNames(from)
  for (const name of names) await recover(join(from, name))
  const last = await readCheckpoint(join(from, 'last'))
  if (!last || !isSameRun(last.run, run) || !last.moments) return null
  // Without the best epoch's weights the history would promise what is not there
  if (last.epoch > 0 && !(await soundManifest(join(from, 'best')))) return null
  if (resolve(from) !== resolve(to)) {
    for (const name of names) {
      if (await soundManifest(join(from, name)))
        await shareCheckpoint(join(from, name), join(to, name))
    }
  }
  return last
}

/** `best`, `best-COUNT`, `epoch-N`, and `last` at the end: a folder with it is complete. */
async function checkpointNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir).catch((): string[] => [])
  const names = new Set(
    entries
      .map(entry => entry.replace(/\.(new|old)$/, ''))
      .filter(name => /^(best(-\d+)?|epoch-\d+|last)$/.test(name)),
  )
  return [...names].sort()
}
