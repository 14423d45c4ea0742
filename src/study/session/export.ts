import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { ExportRecord, StudyDocument } from '../../record/document.js'
import type { EpochMetrics } from '../../record/metric.js'
import type { CompleteTrial } from '../../record/trial.js'
import { modelCard, studyView } from '../../report/index.js'
import { openStore, readStudy } from '../../storage/index.js'
import { hostLogPath, studyDir } from '../../storage/paths.js'
import { checkpointsOf, exportDir } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import { copySnapshot, readSnapshot } from '../../trial/index.js'
import type { DevicePool } from '../../trial/pool.js'
import type { Listener } from '../events.js'
import { incumbentOf } from './incumbent.js'
import { openPool, runAgain } from './pool.js'
import { askProbes } from './probes.js'

/**
 * Exports the incumbent where that has not been done, verifies it from its files, and asks them the
 * probes.
 */
export async function exportBest({
  store,
  pool,
  on,
}: {
  readonly store: StudyStore
  readonly pool: DevicePool
  readonly on: Listener
}): Promise<void> {
  const best = incumbentOf(store.document.trials, store.document.spec.direction)
  if (!best) return
  const made = store.document.export
  const { task } = store.document.spec
  const landmark = task.kind === 'finetune' ? 'config.json' : OWN_LANDMARK
  const standing =
    made?.verified === true &&
    made.trial === best.number &&
    made.epoch === best.bestEpoch &&
    existsSync(join(made.dir, landmark))
  // A training of the user's own need not save anything: then there is nothing to export.
  if (task.kind !== 'finetune' && (await savedBy(store.dir, store.document, best)) === null) return
  if (!standing) {
    on({ type: 'phase', phase: 'export', document: store.document })
    const record = await exportTrial(
      store.dir,
      store.document,
      trial => store.epochs(trial),
      best,
      exportDir(store.dir),
      pool,
    )
    await store.update(document => ({
      ...document,
      export: record,
      probes: document.probes.map(probe => ({ ...probe, after: null })),
    }))
    if (!record.verified) throw refused(record)
  }
  if (task.kind === 'finetune')
    await askProbes({ store, pool, on }, 'after', store.document.export!.dir)
}

export interface ExportRequest {
  readonly name: string
  readonly studies?: string | undefined
  /** The best trial when left out. */
  readonly trial?: number | undefined
  /** `studies/NAME/export` when left out. */
  readonly out?: string | undefined
}

/**
 * Writes one trial's best epoch as a Hugging Face folder and verifies it by measuring the reloaded
 * files.
 *
 * @throws UserError when the trial has no weights to export, or the files do not measure what was
 *   recorded
 */
export async function exportStudy({
  name,
  studies = 'studies',
  trial,
  out,
}: ExportRequest): Promise<ExportRecord> {
  const dir = studyDir(resolve(studies), name)
  const { document } = await readStudy(dir)
  const chosen =
    trial === undefined
      ? incumbentOf(document.trials, document.spec.direction)
      : document.trials[trial]
  if (!chosen)
    throw new UserError(
      `study ${name}`,
      trial === undefined ? 'has no complete trial' : `has no trial ${trial}`,
      trial === undefined
        ? `Run it first: tune study run ${name}`
        : `See them with: tune study show ${name}`,
    )
  if (chosen.state !== 'complete')
    throw new UserError(
      `trial ${chosen.number} of ${name}`,
      `is ${chosen.state}, so there is no best epoch`,
      `Choose a complete one from: tune study show ${name}`,
    )
  const target = out === undefined ? exportDir(dir) : resolve(out)
  const store = await openStore(dir)
  try {
    const pool = await openPool({ devices: ['cpu'], slots: 1, log: hostLogPath(dir) })
    try {
      const record = await exportTrial(
        dir,
        store.document,
        number => store.epochs(number),
        chosen,
        target,
        pool,
      )
      if (!record.verified) throw refused(record)
      if (out === undefined) await store.update(now => ({ ...now, export: record }))
      return record
    } finally {
      await pool.close()
    }
  } finally {
    await store.close()
  }
}

async function exportTrial(
  dir: string,
  document: StudyDocument,
  epochs: (trial: number) => readonly EpochMetrics[],
  trial: CompleteTrial,
  target: string,
  pool: DevicePool,
): Promise<ExportRecord> {
  const { spec } = document
  const { task } = spec
  if (task.kind !== 'finetune') return exportFiles(dir, document, trial, target)
  const view = studyView({
    document,
    epochs: new Map(document.trials.map(({ number }) => [number, epochs(number)])),
    held: true,
  })
  const valLoss =
    epochs(trial.leader).find(({ epoch }) => epoch === trial.bestEpoch)?.valLoss ?? trial.objective
  const job = {
    kind: 'export' as const,
    task,
    seed: spec.seed,
    checkpoint: checkpointOf(dir, document, trial),
    dir: target,
    card: modelCard(view, trial.number),
    valLoss,
  }
  const { recheckedValLoss, verified } = await runAgain(pool, job)
  return {
    dir: target,
    trial: trial.number,
    epoch: trial.bestEpoch,
    valLoss,
    recheckedValLoss,
    verified,
  }
}

/** Beside the files of a user's own training; says which trial they are from. */
const OWN_LANDMARK = 'tune-trial.json'

/** What a training of the user's own had saved at the trial's best epoch, copied and compared. */
async function exportFiles(
  dir: string,
  document: StudyDocument,
  trial: CompleteTrial,
  target: string,
): Promise<ExportRecord> {
  const saved = await savedBy(dir, document, trial)
  if (saved === null)
    throw new UserError(
      `trial ${trial.number} of ${document.spec.name}`,
      `had saved nothing when its best epoch, ${trial.bestEpoch}, ended`,
      'Save with trial.save or into TUNE_CHECKPOINT_DIR before each epoch is reported: docs/guides/own-training.md',
    )
  if (existsSync(target) && !existsSync(join(target, OWN_LANDMARK))) {
    throw new UserError(
      target,
      'exists already, and is not an export of a training of your own',
      'Name another folder, or remove this one',
    )
  }
  const { number, params, bestEpoch: epoch, objective: valLoss } = trial
  const verified = await copySnapshot(saved, target, {
    study: document.spec.name,
    trial: number,
    epoch,
    valLoss,
    params,
  })
  if (!verified)
    throw new UserError(
      `export of trial ${number}`,
      `the files in ${saved} are not those that were saved`,
      'Choose another trial: tune export NAME --trial N',
    )
  return { dir: target, trial: number, epoch, valLoss, recheckedValLoss: null, verified }
}

/** The snapshot of a trial's best epoch, or null when nothing was saved there. */
async function savedBy(
  dir: string,
  document: StudyDocument,
  trial: CompleteTrial,
): Promise<string | null> {
  try {
    const snapshot = checkpointOf(dir, document, trial)
    return (await readSnapshot(snapshot))?.epoch === trial.bestEpoch ? snapshot : null
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/** The folder with the weights of a trial's best epoch. */
export function checkpointOf(dir: string, document: StudyDocument, trial: CompleteTrial): string {
  const names =
    trial.leader === trial.number ? ['best'] : [`best-${trial.params['epochs']}`, 'best']
  const leader = document.trials[trial.leader]!
  const shared = leader.state === 'complete' && leader.bestEpoch === trial.bestEpoch
  for (const attempt of [...checkpointsOf(dir, trial.leader)].reverse()) {
    for (const name of names) {
      if (name === 'best' && trial.leader !== trial.number && !shared) continue
      const folder = join(attempt, name)
      if (existsSync(join(folder, 'manifest.json'))) return folder
    }
  }
  throw new UserError(
    `trial ${trial.number} of ${document.spec.name}`,
    'its weights are no longer kept: only the ten best trainings keep theirs',
    'Choose a trial nearer the top of the leaderboard',
  )
}

function refused({ dir, trial, valLoss, recheckedValLoss }: ExportRecord): UserError {
  return new UserError(
    `export of trial ${trial}`,
    `the reloaded files measure a validation loss of ${recheckedValLoss} where ${valLoss} was recorded, so nothing was left at ${dir}`,
    'Check that model and data are still the ones that the study was run on, then export again',
  )
}
