import { mkdir, readdir } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { decodeDocument, decodeTrial } from '../record/decode.js'
import type { StudyDocument } from '../record/document.js'
import { isFinished } from '../record/trial.js'
import { isMissing, onDisk } from './disk-error.js'
import { openDocument, type DocumentDb } from './document.js'
import { acquireLock } from './lock.js'
import { appendToCurve, loadCurve, type Curve } from './metrics.js'
import { documentPath, studyNameOf, trialsDir } from './paths.js'
import type { StudyStore } from './store.js'
import { Mutex } from '../util/mutex.js'

export interface OpenOptions {
  /**
   * Documents below this many bytes are written whole at each change, larger ones through a
   * journal.
   */
  readonly wholeBelow?: number
}

/**
 * Opens a study as its one writer.
 *
 * @param initial makes the document of a study that has none yet; without it such a study is
 *   refused
 * @throws UserError when another manager holds the study, a file is damaged, or the disk does not
 *   let us write
 */
export async function openStore(
  dir: string,
  initial?: () => StudyDocument,
  options: OpenOptions = {},
): Promise<StudyStore> {
  await onDisk(dir, () => mkdir(dir, { recursive: true }))
  const lock = await acquireLock(dir)
  let db: DocumentDb
  try {
    db = await openOrCreate(dir, initial, options)
  } catch (error) {
    await lock.release()
    throw error
  }
  const curves = new Map<number, Curve>()
  const curveOf = (trial: number): Curve => {
    const curve = curves.get(trial) ?? loadCurve(dir, trial)
    curves.set(trial, curve)
    return curve
  }

  const mutex = new Mutex()
  let closed = false
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error(`the store of ${dir} is closed`))
    return mutex.run(work)
  }

  return {
    dir,
    get document() {
      return db.data
    },
    update: change =>
      inOrder(async () => {
        const before = db.data
        const after = change(before)
        checkChange(before, after)
        db.data = after
        try {
          await db.write()
        } catch (error) {
          db.data = before
          throw error
        }
      }),
    appendEpoch: (trial, attempt, metrics) =>
      inOrder(async () => {
        const record = db.data.trials[trial]
        if (!record) throw new Error(`there is no trial ${trial}`)
        const curve = curveOf(trial)
        const newest =
          record.state === 'running' ? Math.max(record.attempt, curve.attempt) : curve.attempt
        // An attempt that was given up may still report. It is not listened to, and not punished
        // for it.
        if (isFinished(record) || attempt < newest) return
        curves.set(trial, await appendToCurve(dir, trial, curve, attempt, metrics))
      }),
    epochs: trial => curveOf(trial).epochs,
    onStopRequest: callback => lock.onStopRequest(callback),
    async close() {
      if (closed) return
      const done = inOrder(() => db.fold())
      closed = true
      try {
        await done
      } finally {
        await lock.release()
      }
    },
  }
}

async function openOrCreate(
  dir: string,
  initial: (() => StudyDocument) | undefined,
  { wholeBelow }: OpenOptions,
): Promise<DocumentDb> {
  const create = initial && (() => decodeDocument(asRead(initial()), 'the new study'))
  const db = await openDocument(dir, (await hasTrials(dir)) ? null : (create ?? null), wholeBelow)
  if (db) {
    await db.fold()
    return db
  }
  const name = studyNameOf(dir)
  if (!create)
    throw new UserError(
      `study "${name}"`,
      'has not been run yet',
      `Run it with "tune study run ${name}"`,
    )
  // Curves of trials that nobody knows would be taken for those of the new trials with the same
  // numbers.
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

// Bugs, not the user's: refused before they reach the disk, where they would be a damaged study.
function checkChange(before: StudyDocument, after: StudyDocument): void {
  before.trials.forEach((trial, i) => {
    if (
      trial !== after.trials[i] &&
      isFinished(trial) &&
      JSON.stringify(trial) !== JSON.stringify(after.trials[i])
    ) {
      throw new Error(`trial ${i} is finished and never changes`)
    }
  })
  after.trials.forEach((trial, i) => {
    if (trial === before.trials[i]) return
    if (trial.number !== i) throw new Error(`trial ${trial.number} is in place ${i}`)
    if (trial.training >= after.trials.length)
      throw new Error(
        `trial ${i} reads its epochs from trial ${trial.training}, which is not there`,
      )
    decodeTrial(asRead(trial), `trial ${i}`)
  })
  decodeDocument(asRead({ ...after, trials: [] }), 'the study document')
}

function asRead(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
