import { mkdir, stat, utimes } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { decodeMetrics, encodeMetrics } from '../record/decode-metrics.js'
import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import { isFinished } from '../record/trial.js'
import { appendLine, parseLine, wholeLines } from './append.js'
import { diskError, isMissing, onDisk } from './disk-error.js'
import { addEpoch, EMPTY_CURVE, fromLines, type EpochLines } from './epoch-lines.js'
import { readRegularFile } from './read-file.js'
import { metricsPath, trialDir, trialsDir } from './paths.js'

/** One trial's curve in memory, and where its file ends. */
export interface CurveFile extends EpochLines {
  /** Bytes. */
  readonly end: number
}

const empty: CurveFile = { ...EMPTY_CURVE, end: 0 }

/**
 * Reads a trial's curve; a line torn by a crash is left out. A trial without a file has an empty
 * curve.
 *
 * @throws UserError naming file and line
 */
export function loadCurve(dir: string, trial: number): CurveFile {
  const path = metricsPath(dir, trial)
  try {
    return decodeCurve(readFileSync(path), path)
  } catch (error) {
    if (isMissing(error)) return empty
    throw diskError(path, error)
  }
}

/** Adds a line, flushed to disk, and lets those who watch the study know. */
export async function appendToCurve(
  dir: string,
  trial: number,
  curve: CurveFile,
  attempt: number,
  metrics: EpochMetrics,
): Promise<CurveFile> {
  const path = metricsPath(dir, trial)
  await onDisk(path, () => mkdir(trialDir(dir, trial), { recursive: true }))
  const end = await appendLine(path, curve.end, encodeMetrics(attempt, metrics))
  await touch(trialsDir(dir))
  return { ...addEpoch(curve, attempt, metrics), end }
}

/** Curves read before; `key` tells whether the file is still the one that was read. */
const readBefore = new Map<
  string,
  { readonly key: string; readonly epochs: readonly EpochMetrics[] }
>()

/**
 * Curves of many trials, for a reader that comes again and again: what cannot have changed is not
 * read twice, and of a finished trial nothing can.
 *
 * @throws UserError naming file and line
 */
export async function readCurves(
  dir: string,
  { createdAt, trials }: StudyDocument,
): Promise<ReadonlyMap<number, readonly EpochMetrics[]>> {
  const curves = new Map<number, readonly EpochMetrics[]>()
  await Promise.all(
    trials.map(async trial => {
      const path = metricsPath(dir, trial.number)
      const key = isFinished(trial) ? `${createdAt} ${trial.endedAt}` : null
      curves.set(trial.number, await readCurve(path, key))
    }),
  )
  return curves
}

async function readCurve(path: string, finished: string | null): Promise<readonly EpochMetrics[]> {
  const cached = readBefore.get(path)
  if (cached && cached.key === finished) return cached.epochs
  try {
    const { ino, size, mtimeMs } = await stat(path)
    const now = `${ino} ${size} ${mtimeMs}`
    const epochs =
      cached?.key === now ? cached.epochs : decodeCurve(await readRegularFile(path), path).epochs
    readBefore.set(path, { key: finished ?? now, epochs })
    return epochs
  } catch (error) {
    if (!isMissing(error)) throw diskError(path, error)
    if (finished !== null) readBefore.set(path, { key: finished, epochs: [] })
    return []
  }
}

function decodeCurve(bytes: Buffer, path: string): CurveFile {
  const { lines, end } = wholeLines(bytes)
  return {
    ...fromLines(
      lines.map((line, i) =>
        decodeMetrics(parseLine(line, `${path} line ${i + 1}`), `${path} line ${i + 1}`),
      ),
    ),
    end,
  }
}

let lastTouch = 0

// The folder's time stands for all curves in it: who watches a study looks at one time, not at one
// a trial.
async function touch(dir: string): Promise<void> {
  lastTouch = Math.max(Date.now(), lastTouch + 1)
  await utimes(dir, lastTouch / 1000, lastTouch / 1000).catch(() => undefined)
}
