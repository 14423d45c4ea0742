import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../../errors.js'
import { trialKind } from '../../kinds/index.js'
import { winner } from '../../ranking/index.js'
import type { ExportRecord, StudyDocument } from '../../record/document.js'
import type { EpochMetrics } from '../../record/metric.js'
import type { CompleteTrial } from '../../record/trial.js'
import { modelCard, studyView } from '../../report/index.js'
import { callManager, openStore, readStudy, StudyInUse } from '../../storage/index.js'
import { hostLogPath, studyDir } from '../../storage/paths.js'
import { attemptCheckpoints, exportDir } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import type { DevicePool } from '../../trial/pool.js'
import type { Listener } from '../events.js'
import { recordEstimates } from './estimates.js'
import { openPool, runAgain } from './pool.js'
import { askProbes } from './probes.js'

/**
 * Exports the winner unless that has been done, verifies it from its files, and asks them the
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
  const best = winner(store.document)
  if (!best) return
  const made = store.document.export
  const kind = trialKind(store.document.spec.task)
  const input =
    made?.verified === true &&
    made.trial === best.number &&
    made.epoch === best.bestEpoch &&
    existsSync(join(made.dir, kind.export.markerFile))
  // A training of the user's own need not save anything: then there is nothing to export.
  if (!(await isExportable(store, best))) return
  if (!input) {
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
  if (kind.languageModel) await askProbes({ store, pool, on }, 'after', store.document.export!.dir)
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
 * files. If another process runs the study, that process exports.
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
  chosenTrial((await readStudy(dir)).document, trial)
  const request = { trial, out: out === undefined ? undefined : resolve(out) }
  for (;;) {
    const answer = await callManager<ExportRecord>(dir, 'export', request)
    if (answer.kind === 'answer') return answer.result
    try {
      const store = await openStore(dir)
      try {
        return await exportFrom(store, null, request)
      } finally {
        await store.close()
      }
    } catch (error) {
      // Somebody else has become the manager in the meantime.
      if (!(error instanceof StudyInUse)) throw error
    }
  }
}

/**
 * Exports a trial of a study that this process holds.
 *
 * @param pool where the files are measured again; one of its own when null
 */
export async function exportFrom(
  store: StudyStore,
  pool: DevicePool | null,
  { trial, out }: Pick<ExportRequest, 'trial' | 'out'>,
): Promise<ExportRecord> {
  const { dir } = store
  if (trial === undefined) await recordEstimates(store)
  const chosen = chosenTrial(store.document, trial)
  const used = pool ?? (await openPool({ devices: ['cpu'], slots: 1, log: hostLogPath(dir) }))
  try {
    const record = await exportTrial(
      dir,
      store.document,
      number => store.epochs(number),
      chosen,
      out ?? exportDir(dir),
      used,
    )
    if (!record.verified) throw refused(record)
    if (out === undefined) await store.update(now => ({ ...now, export: record }))
    return record
  } finally {
    if (pool === null) await used.close()
  }
}

/** @throws UserError for a trial that has no best epoch, or where no trial has one */
function chosenTrial(document: StudyDocument, trial: number | undefined): CompleteTrial {
  const { name, task } = document.spec
  const chosen = trial === undefined ? winner(document) : document.trials[trial]
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
  if (trialKind(task).trainedByCallers)
    throw new UserError(
      `trial ${chosen.number} of ${name}`,
      'was trained by whoever asked for it, and its files are there',
      `See its parameters with: tune study show ${name}`,
    )
  return chosen
}

async function exportTrial(
  dir: string,
  document: StudyDocument,
  epochs: (trial: number) => readonly EpochMetrics[],
  trial: CompleteTrial,
  target: string,
  pool: DevicePool,
): Promise<ExportRecord> {
  const { task } = document.spec
  const view = studyView({
    document,
    epochs: new Map(document.trials.map(({ number }) => [number, epochs(number)])),
    live: true,
  })
  const { bestEpoch: epoch, objective, number } = trial
  const valLoss =
    epochs(trial.leader).find(metrics => metrics.epoch === epoch)?.valLoss ?? objective
  const { recheckedValLoss, verified } = await trialKind(task).export.write({
    document,
    task,
    trial,
    checkpoint: () => bestCheckpoint(dir, document, trial),
    dir: target,
    valLoss,
    card: () => modelCard(view, number),
    run: job => runAgain(pool, job),
  })
  return {
    dir: target,
    trial: number,
    epoch,
    valLoss,
    // A loss that is no number is none; the record cannot hold it
    recheckedValLoss: Number.isFinite(recheckedValLoss) ? recheckedValLoss : null,
    verified,
  }
}

async function isExportable(
  { dir, document }: Pick<StudyStore, 'dir' | 'document'>,
  trial: CompleteTrial,
): Promise<boolean> {
  const { available } = trialKind(document.spec.task).export
  if (!available) return true
  try {
    return await available(bestCheckpoint(dir, document, trial), trial)
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

/** The folder with the weights of a trial's best epoch. */
export function bestCheckpoint(dir: string, document: StudyDocument, trial: CompleteTrial): string {
  const names =
    trial.leader === trial.number ? ['best'] : [`best-${trial.params['epochs']}`, 'best']
  const leader = document.trials[trial.leader]!
  const shared = leader.state === 'complete' && leader.bestEpoch === trial.bestEpoch
  for (const attempt of [...attemptCheckpoints(dir, trial.leader)].reverse()) {
    for (const name of names) {
      if (name === 'best' && trial.leader !== trial.number && !shared) continue
      const folder = join(attempt, name)
      if (existsSync(join(folder, 'manifest.json'))) return folder
    }
  }
  throw new UserError(
    `trial ${trial.number} of ${document.spec.name}`,
    'its weights are no longer kept: only the twelve best trainings keep theirs',
    'Choose a trial nearer the top of the leaderboard',
  )
}

function refused({ dir, trial, valLoss, recheckedValLoss }: ExportRecord): UserError {
  return new UserError(
    `export of trial ${trial}`,
    `the reloaded files measure a validation loss of ${recheckedValLoss ?? 'NaN'} where ` +
      `${valLoss} was recorded, so nothing was left at ${dir}`,
    'Check that model and data are still the ones that the study was run on, then export again',
  )
}
