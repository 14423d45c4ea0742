import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isFinished } from '../../record/trial.js'
import { ranking } from '../../report/index.js'
import type { StudyStore } from '../../storage/store.js'

/**
 * Trainings whose best weights stay on disk: the leaders of the board, so that another than the
 * first can still be exported.
 */
const KEPT = 10

/**
 * The keep rule: a finished training keeps its best epochs while it is among the best ten, and
 * nothing to continue from.
 */
export async function keepCheckpoints(store: StudyStore): Promise<void> {
  const { trials, spec } = store.document
  const kept = new Set<number>()
  for (const { leader } of ranking(trials, spec.direction)) if (kept.size < KEPT) kept.add(leader)
  for (const trial of trials) {
    const { number, leader } = trial
    if (number !== leader || !isFinished(trial)) continue
    const attempts = store.checkpoints(number)
    const doomed = kept.has(number)
      ? [...attempts.slice(0, -1), ...attempts.slice(-1).map(last => join(last, 'last'))]
      : attempts
    for (const path of doomed) await rm(path, { recursive: true, force: true })
  }
}
