import { readFileSync } from 'node:fs'
import { optional } from '../util/optional.js'
import { replaceFileSync } from '../util/replace-file.js'
import type { Fitting } from './micro-batch.js'

/** The file that remembers what fitted, and how an error because of full memory is recognized. */
export interface FittingMemory {
  /** A JSON file in the user's cache; made when there is something to remember. */
  readonly file: string
  outOfMemory(error: unknown): boolean
}

interface FittingRecord {
  /** The most rows that may be tried; none is kept while none has failed. */
  readonly limit?: number
  /** Rows that a process tries for the first time: where it is gone, it died of them. */
  readonly trying?: { readonly rows: number; readonly process: number }
}

/**
 * What fits of one model on one device, remembered across trials and runs. A failure to read or
 * write it costs no more than another search.
 *
 * @param key of model, device, and what else memory depends on
 */
export function rememberedFitting({ file, outOfMemory }: FittingMemory, key: string): Fitting {
  const tried = new Set<string>()
  // Remembers if the file cannot be written
  const failed = new Map<number, number>()
  const recordKey = (length: number): string => `${key} ${length}`
  const settle = (length: number, record: FittingRecord): void =>
    update(file, recordKey(length), record)
  return {
    outOfMemory,
    rows(length) {
      const { limit: stored = Infinity, trying } = read(file)[recordKey(length)] ?? {}
      const limit = Math.min(stored, failed.get(length) ?? Infinity)
      if (!trying || isAlive(trying.process)) return limit
      const smaller = halved(Math.min(limit, trying.rows))
      settle(length, { limit: smaller })
      return smaller
    },
    trying(length, rows) {
      if (tried.has(`${length} ${rows}`)) return
      const { limit } = read(file)[recordKey(length)] ?? {}
      settle(length, optional({ limit, trying: { rows, process: process.pid } }))
    },
    fits(length, rows) {
      if (tried.has(`${length} ${rows}`)) return
      tried.add(`${length} ${rows}`)
      const { limit } = read(file)[recordKey(length)] ?? {}
      settle(length, optional({ limit }))
    },
    fails(length, rows) {
      failed.set(length, halved(rows))
      settle(length, { limit: halved(rows) })
    },
  }
}

function halved(rows: number): number {
  return Math.max(1, Math.floor(rows / 2))
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function read(file: string): Record<string, FittingRecord> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, FittingRecord>
  } catch {
    return {}
  }
}

function update(file: string, key: string, record: FittingRecord): void {
  try {
    const { [key]: _, ...others } = read(file)
    const all = Object.keys(record).length > 0 ? { ...others, [key]: record } : others
    replaceFileSync(file, `${JSON.stringify(all, null, 1)}\n`)
  } catch {
    // Read-only, or full: the next run searches again
  }
}
