import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TOP_TRIALS, trainingsToKeep } from '../../ranking/index.js'
import { isFinished } from '../../record/trial.js'
import type { StudyStore } from '../../storage/store.js'

/** What has been done about the checkpoints of finished trainings, by the trial that led each. */
const handled = new WeakMap<StudyStore, Map<number, 'trimmed' | 'removed'>>()

/**
 * The keep rule: a finished training keeps the checkpoint of its best epoch while it is among the
 * first, so that one of them can still be exported, and nothing to resume from. The winner is
 * always one of them.
 *
 * Only a training whose place has changed costs an access to the disk.
 */
export async function keepCheckpoints(store: StudyStore): Promise<void> {
  const done = handled.get(store) ?? new Map<number, 'trimmed' | 'removed'>()
  handled.set(store, done)
  const leading = trainingsToKeep(store.document, TOP_TRIALS)
  for (const trial of store.document.trials) {
    const { number, leader } = trial
    const due = leading.has(number) ? 'trimmed' : 'removed'
    if (number !== leader || done.get(number) === due || !isFinished(trial)) continue
    const attempts = store.checkpoints(number)
    const obsolete =
      due === 'removed'
        ? attempts
        : [...attempts.slice(0, -1), ...(await notForExport(attempts.at(-1)))]
    for (const path of obsolete) await rm(path, { recursive: true, force: true })
    done.set(number, due)
  }
}

/** Checkpoints that a finished training does not need: all but its best epochs. */
async function notForExport(attempt: string | undefined): Promise<string[]> {
  if (attempt === undefined) return []
  const names = await readdir(attempt).catch((): string[] => [])
  return names.filter(name => /^(last|epoch-\d+)$/.test(name)).map(name => join(attempt, name))
}
