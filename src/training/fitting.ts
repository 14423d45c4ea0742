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
  /** Rows that a process tries for the first time. */
  readonly trying?: {
    readonly rows: number
    readonly process: number
    /** Processes that this machine had ended for lack of memory until then. */
    readonly oomKills?: number
  }
  /** How many processes in a row ended while they tried. */
  readonly deaths?: number
  /** The limit is from such an end, and fitted in this process: a later one tries more again. */
  readonly retryAfter?: number
}

/** A process may end for any reason: so many ends in a row are taken for a lack of memory. */
const DEATHS = 2

/**
 * What fits of one model on one device, remembered across trials and runs. A failure to read or
 * write it costs no more than another search.
 *
 * A process that ended while it tried rows for the first time may have been killed by a user: that
 * is no evidence, so its successor tries the same rows again. It tries half of them if the kernel
 * has ended a process for lack of memory since, or if the successor ends too. A limit that was
 * found so is tried again by a later run; one that an error showed stays.
 *
 * @param key of model, device, and what else memory depends on
 */
export function rememberedFitting(memory: FittingMemory, key: string): Fitting {
  return new RememberedFitting(memory, key)
}

class RememberedFitting implements Fitting {
  readonly #file: string
  readonly #key: string
  readonly #tried = new Set<string>()
  /** Remembers if the file cannot be written. */
  readonly #failed = new Map<number, number>()
  readonly outOfMemory: Fitting['outOfMemory']

  constructor({ file, outOfMemory }: FittingMemory, key: string) {
    this.#file = file
    this.#key = key
    this.outOfMemory = outOfMemory
  }

  rows(length: number): number {
    const record = this.#read(length)
    const { limit: stored = Infinity, trying, retryAfter } = record
    const limit = Math.min(stored, this.#failed.get(length) ?? Infinity)
    if (!trying)
      return retryAfter === undefined || isAlive(retryAfter) ? limit : this.#retry(length, record)
    if (isAlive(trying.process)) return limit
    const deaths = (record.deaths ?? 0) + (wasOutOfMemory(trying.oomKills) ? DEATHS : 1)
    if (deaths < DEATHS) {
      this.#write(length, optional({ limit: record.limit, deaths }))
      return limit
    }
    const smaller = halved(Math.min(limit, trying.rows))
    // Where the larger number has ended a second run too, it is not tried a third time
    const isFinal = retryAfter !== undefined
    this.#write(length, {
      limit: smaller,
      ...(isFinal ? {} : { deaths: DEATHS - 1, retryAfter: process.pid }),
    })
    return smaller
  }

  /** Twice the limit, once more. */
  #retry(length: number, { limit = Infinity }: FittingRecord): number {
    this.#write(length, { limit: 2 * limit, deaths: DEATHS - 1, retryAfter: process.pid })
    return 2 * limit
  }

  trying(length: number, rows: number): void {
    if (this.#tried.has(`${length} ${rows}`)) return
    const trying = { rows, process: process.pid, ...optional({ oomKills: oomKills() }) }
    this.#write(length, { ...this.#read(length), trying })
  }

  fits(length: number, rows: number): void {
    if (this.#tried.has(`${length} ${rows}`)) return
    this.#tried.add(`${length} ${rows}`)
    const { limit, retryAfter } = this.#read(length)
    // A limit above all that is tried is none
    const isIdle = retryAfter !== undefined && limit !== undefined && rows < limit
    this.#write(length, isIdle ? {} : optional({ limit, retryAfter }))
  }

  fails(length: number, rows: number): void {
    this.#failed.set(length, halved(rows))
    this.#write(length, { limit: halved(rows) })
  }

  #read(length: number): FittingRecord {
    return read(this.#file)[`${this.#key} ${length}`] ?? {}
  }

  #write(length: number, record: FittingRecord): void {
    update(this.#file, `${this.#key} ${length}`, record)
  }
}

/** Whether the kernel has ended a process for lack of memory since a count was taken. */
function wasOutOfMemory(before: number | undefined): boolean {
  const now = oomKills()
  return before !== undefined && now !== undefined && now > before
}

/** Linux counts them from the start of the machine; undefined elsewhere. */
function oomKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined
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
