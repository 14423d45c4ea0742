import { readdir } from 'node:fs/promises'
import { UserError } from '../errors.js'
import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import { isFinished } from '../record/trial.js'
import { Mutex } from '../util/mutex.js'
import { optional } from '../util/optional.js'
import { checkChange, checkNew } from './change.js'
import { ControlServer } from './control-server.js'
import { isMissing, onDisk } from './disk-error.js'
import { openDocument, type DocumentDb } from './document.js'
import { acquireLock, type Lock } from './lock.js'
import { appendToCurve, loadCurve, type CurveFile } from './metrics.js'
import { attemptCheckpoints, documentPath, studyName, trialsDir } from './paths.js'
import type { FileStudyStore } from './store.js'
import { makeStudyFolder } from './study-folder.js'

export interface OpenOptions {
  /**
   * Documents below this many bytes are written whole at each change, larger ones through a
   * journal.
   */
  readonly wholeBelow?: number
  /** The study is held for one call, and released at once; others may wait for it. */
  readonly call?: boolean
}

/**
 * Opens a study as its one writer.
 *
 * @param initial makes the document of a study that has none yet; without it such a study is
 *   refused
 * @throws StudyInUse when another manager holds the study, UserError when a file is damaged, or the
 *   disk does not let us write
 */
export async function openStore(
  dir: string,
  initial?: () => StudyDocument,
  options: OpenOptions = {},
): Promise<FileStudyStore> {
  await onDisk(dir, () => makeStudyFolder(dir))
  const lock = await acquireLock(dir, optional({ call: options.call }))
  const control = await ControlServer.open(dir)
  try {
    return new FileStore(dir, await openOrCreate(dir, initial, options), lock, control)
  } catch (error) {
    await control.close()
    await lock.release()
    throw error
  }
}

class FileStore implements FileStudyStore {
  readonly dir: string
  readonly control: ControlServer
  readonly #db: DocumentDb
  readonly #lock: Lock
  readonly #curves = new Map<number, CurveFile>()
  readonly #mutex = new Mutex()
  #closed = false

  constructor(dir: string, db: DocumentDb, lock: Lock, control: ControlServer) {
    this.dir = dir
    this.control = control
    this.#db = db
    this.#lock = lock
  }

  get document(): StudyDocument {
    return this.#db.data
  }

  update(change: (document: StudyDocument) => StudyDocument): Promise<void> {
    return this.#run(async () => {
      const before = this.#db.data
      const after = change(before)
      checkChange(before, after)
      this.#db.data = after
      try {
        await this.#db.write()
      } catch (error) {
        this.#db.data = before
        throw error
      }
    })
  }

  appendEpoch(trial: number, attempt: number, metrics: EpochMetrics): Promise<void> {
    return this.#run(async () => {
      const record = this.document.trials[trial]
      if (!record) throw new Error(`there is no trial ${trial}`)
      const curve = this.#curve(trial)
      const newest =
        record.state === 'running' ? Math.max(record.attempt, curve.attempt) : curve.attempt
      // An attempt that has been replaced may still report. Its lines are dropped without an error.
      if (isFinished(record) || attempt < newest) return
      this.#curves.set(trial, await appendToCurve(this.dir, trial, curve, attempt, metrics))
    })
  }

  epochs(trial: number): readonly EpochMetrics[] {
    return this.#curve(trial).epochs
  }

  checkpoints(trial: number): readonly string[] {
    return attemptCheckpoints(this.dir, trial)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.control.close()
    const folded = this.#run(() => this.#db.fold())
    this.#closed = true
    try {
      await folded
    } finally {
      await this.#lock.release()
    }
  }

  #curve(trial: number): CurveFile {
    const curve = this.#curves.get(trial) ?? loadCurve(this.dir, trial)
    this.#curves.set(trial, curve)
    return curve
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error(`the store of ${this.dir} is closed`))
    return this.#mutex.run(work)
  }
}

async function openOrCreate(
  dir: string,
  initial: (() => StudyDocument) | undefined,
  { wholeBelow }: OpenOptions,
): Promise<DocumentDb> {
  const create = initial && (() => checkNew(initial()))
  const db = await openDocument(dir, (await hasTrials(dir)) ? null : (create ?? null), wholeBelow)
  if (db) {
    await db.fold()
    return db
  }
  const name = studyName(dir)
  if (!create)
    throw new UserError(
      `study "${name}"`,
      'has not been run yet',
      `Run it with "tune study run ${name}"`,
    )
  // Without a document the curves of an earlier run would be taken for those of new trials.
  throw new UserError(
    documentPath(dir),
    `is missing, while ${trialsDir(dir)} has trials of an earlier run`,
    `Restore it from a backup, or delete ${trialsDir(dir)} to start over`,
  )
}

async function hasTrials(dir: string): Promise<boolean> {
  try {
    return (await readdir(trialsDir(dir))).length > 0
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
