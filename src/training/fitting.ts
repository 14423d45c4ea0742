import { readFileSync } from 'node:fs'
import { replaceFileSync } from '../util/replace-file.js'
import type { Fitting } from './micro-batch.js'

/** Where is kept what fitted, and how an error that tells of full memory is known. */
export interface FittingMemory {
  /** A JSON file in the user's cache; made when there is something to remember. */
  readonly file: string
  outOfMemory(error: unknown): boolean
}

interface Known {
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
  // Holds where the file cannot be written
  const failed = new Map<number, number>()
  const place = (length: number): string => `${key} ${length}`
  const settle = (length: number, known: Known): void => update(file, place(length), known)
  return {
    outOfMemory,
    rows(length) {
      const { limit: stored = Infinity, trying } = read(file)[place(length)] ?? {}
      const limit = Math.min(stored, failed.get(length) ?? Infinity)
      if (!trying || isAlive(trying.process)) return limit
      const smaller = halved(Math.min(limit, trying.rows))
      settle(length, { limit: smaller })
      return smaller
    },
    trying(length, rows) {
      if (tried.has(`${length} ${rows}`)) return
      const { limit } = read(file)[place(length)] ?? {}
      settle(length, {
        ...(limit === undefined ? {} : { limit }),
        trying: { rows, process: process.pid },
      })
    },
    fits(length, rows) {
      if (tried.has(`${length} ${rows}`)) return
      tried.add(`${length} ${rows}`)
      const { limit } = read(file)[place(length)] ?? {}
      settle(length, limit === undefined ? {} : { limit })
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

function read(file: string): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Known>
  } catch {
    return {}
  }
}

function update(file: string, place: string, known: Known): void {
  try {
    const { [place]: _, ...others } = read(file)
    const all = Object.keys(known).length > 0 ? { ...others, [place]: known } : others
    replaceFileSync(file, `${JSON.stringify(all, null, 1)}\n`)
  } catch {
    // Read-only, or full: the next run searches again
  }
}
